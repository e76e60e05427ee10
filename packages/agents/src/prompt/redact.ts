import { SHAPES as SCANNED } from "../scan/shapes.ts";

const MASK = "***";

/** Shapes of well-known credentials. A net for logs, not the gate: the gate is the scan of the change. */
const SHAPES: readonly RegExp[] = [
  /\bsk-(?:ant|proj|live|test|or)-[A-Za-z0-9_-]{16,}/g,
  // What several makers give out without a name in it.
  /\bsk-[A-Za-z0-9]{32,}\b/g,
  /\b[rs]k_test_[A-Za-z0-9]{20,}/g,
  /(?<=\baws_secret_access_key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  /(?<=\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?basic\s)[A-Za-z0-9+/]{8,}={0,2}/gi,
  /(?<=\bx-api-key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9._-]{16,}/gi,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bxox[abposr]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,600}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]+/g,
  /(?<=\bBearer\s)[A-Za-z0-9._~+/-]{16,}=*/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A password within an address; the name before it and the host stay.
  /(?<=\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,100}:)(?!\*\*\*@)[^\s/@]{3,200}(?=@[\w.-])/gi,
  /(?<=\bhooks\.slack\.com\/services\/)[A-Za-z0-9/]{20,}/g,
  ...SCANNED.map(({ shape }) => shape),
];

/** Masks what looks like a credential, and each of `secrets` wherever it stands. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 6) masked = masked.replaceAll(secret, MASK);
  for (const shape of SHAPES) masked = masked.replace(shape, MASK);
  return masked;
}
