// TypeScript is stripped by swc and run as native ES modules: the toolkit packages are ESM-only.
export default {
  rootDir: import.meta.dirname,
  testMatch: ["<rootDir>/{packages,action-*,scripts,tests}/**/*.test.ts"],
  // They take longer than people wait for: `npm run proofs`.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/tests/proofs/"],
  modulePathIgnorePatterns: ["<rootDir>/.build/", "<rootDir>/.slipway/", "<rootDir>/.tools/"],
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  testTimeout: 30_000,
  maxWorkers: 2,
};
