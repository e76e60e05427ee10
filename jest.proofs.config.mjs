// Long proofs: the real workflows in the hard cases. `npm run proofs`; CI runs them too.
import base from "./jest.config.mjs";

export default {
  ...base,
  testMatch: ["<rootDir>/tests/proofs/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  // Jobs wait for one another half of the time.
  maxWorkers: 3,
};
