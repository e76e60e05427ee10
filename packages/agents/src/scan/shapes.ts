/**
 * Credential shapes that their makers document and that secretlint's recommended rules let pass.
 * Each is a fixed prefix with a fixed form, so that ordinary text does not match.
 */
export const SHAPES: readonly { readonly kind: string; readonly shape: RegExp }[] = [
  { kind: "aws: access key id", shape: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b(?<!EXAMPLE)/g },
  { kind: "azure: storage account key", shape: /\bAccountKey=[A-Za-z0-9+/]{86}==/g },
  { kind: "digitalocean: token", shape: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  { kind: "google: API key", shape: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: "atlassian: API token", shape: /\bATATT3[A-Za-z0-9_=-]{100,}/g },
  { kind: "age: secret key", shape: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g },
  { kind: "databricks: token", shape: /\bdapi[a-f0-9]{32}\b/g },
  { kind: "doppler: token", shape: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,44}\b/g },
  { kind: "figma: token", shape: /\bfigd_[A-Za-z0-9_-]{40,}/g },
  { kind: "gitlab: token", shape: /\bgl(?:agent|cbt|dt|ffct|ft|imt|ptt|rt|soat)-[A-Za-z0-9_-]{20,}/g },
  { kind: "google: access token", shape: /\bya29\.[A-Za-z0-9_-]{30,}/g },
  { kind: "groq: API key", shape: /\bgsk_[A-Za-z0-9]{40,}/g },
  { kind: "hashicorp: vault token", shape: /\bhv[bs]\.[A-Za-z0-9_-]{80,}/g },
  { kind: "huggingface: token", shape: /\bhf_[A-Za-z]{34}\b/g },
  { kind: "linear: API key", shape: /\blin_api_[A-Za-z0-9]{40}\b/g },
  { kind: "notion: token", shape: /\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{46})\b/g },
  { kind: "nvidia: API key", shape: /\bnvapi-[A-Za-z0-9_-]{60,}/g },
  { kind: "openai: API key", shape: /\bsk-(?:admin|proj|service|svcacct)-[A-Za-z0-9_-]{40,}/g },
  { kind: "perplexity: API key", shape: /\bpplx-[A-Za-z0-9]{40,}/g },
  { kind: "postman: API key", shape: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/g },
  {
    // Also with its line breaks escaped, as it stands in JSON and in environment files.
    kind: "private key",
    shape:
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])+(?:[A-Za-z0-9+/=]|\s|\\[rn]){40,}/g,
  },
  { kind: "pypi: upload token", shape: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { kind: "replicate: token", shape: /\br8_[A-Za-z0-9]{37,40}\b/g },
  { kind: "sendgrid: API key", shape: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g },
  { kind: "sentry: token", shape: /\bsntry[su]_[A-Za-z0-9+/=_-]{40,}/g },
  { kind: "shopify: token", shape: /\bshp(?:at|ca|pa|ss)_[a-f0-9]{32}\b/g },
  { kind: "slack: app token", shape: /\bxapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-f0-9]{32,}/g },
  { kind: "stripe: webhook secret", shape: /\bwhsec_[A-Za-z0-9+/]{32,}/g },
  { kind: "stripe: live key", shape: /\b[rs]k_live_[A-Za-z0-9]{20,}/g },
  { kind: "telegram: bot token", shape: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g },
  { kind: "xai: API key", shape: /\bxai-[A-Za-z0-9]{60,}/g },
];
