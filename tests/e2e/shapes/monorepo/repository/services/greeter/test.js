"use strict";
const assert = require("node:assert");
const { greet } = require("./greeter.js");

assert.equal(greet("Ada"), "Hello, Ada.");
console.log("greeter: ok");
