"use strict";

/** Greets one person. */
function greet(name) {
  return `Hello, ${name}.`;
}

module.exports = { greet };
