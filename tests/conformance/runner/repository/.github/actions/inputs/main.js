const seen = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => /^INPUT_/i.test(name))
    .map(([name, value]) => [name, value]),
);
console.log(`observed ${JSON.stringify(seen)}`);
