// Long proofs: the real workflows in the hard cases. `npm run proofs`; CI runs them too.
import base from "./jest.config.mjs";

export default {
  ...base,
  testMatch: ["<rootDir>/tests/proofs/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
