/**
 * Credential shapes that their makers document and that secretlint's recommended rules let pass.
 * Each is a fixed prefix with a fixed form, so that ordinary text does not match.
 */
export const SHAPES: readonly { readonly kind: string; readonly shape: RegExp }[] = [
  { kind: "aws: access key id", shape: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b(?<!EXAMPLE)/g },
  { kind: "azure: storage account key", shape: /\bAccountKey=[A-Za-z0-9+/]{86}==/g },
  { kind: "digitalocean: token", shape: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  { kind: "google: API key", shape: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: "huggingface: token", shape: /\bhf_[A-Za-z]{34}\b/g },
  {
    // Also with its line breaks escaped, as it stands in JSON and in environment files.
    kind: "private key",
    shape:
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])+(?:[A-Za-z0-9+/=]|\s|\\[rn]){40,}/g,
  },
  { kind: "pypi: upload token", shape: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { kind: "stripe: live key", shape: /\b[rs]k_live_[A-Za-z0-9]{20,}/g },
  { kind: "telegram: bot token", shape: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g },
];
