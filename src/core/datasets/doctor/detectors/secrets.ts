/** A secret in a text. */
export interface SecretPiece {
  start: number;
  end: number;
}

/** Keys by the forms that their makers document, and passwords by the words before them. */
const patterns: RegExp[] = [
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----|$)/g,
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g,
  /\b(?:sk|rk|pk)[-_](?:proj-|ant-|live_|test_|svcacct-|or-)?[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{22,}/g,
  /\bglpat-[\w-]{20,}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bdop_v1_[a-f0-9]{64}\b/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]{4,}@[\w.-]+/g,
];
const sign =
  /-----BEGIN|AKIA|ASIA|AROA|AIDA|[srp]k[-_]|gh[pousr]_|github_pat|glpat-|AIza|ya29\.|xox|hf_|npm_|SG\.|dop_v1|eyJ|:\/\//;
const named =
  /\b(?:api[ _-]?key|secret(?:[ _-]?key)?|access[ _-]?token|auth[ _-]?token|password|passwd|passwort|kennwort)["']?\s*(?:[:=]|is|ist|lautet)\s*["']?([^\s"'<>]{8,})/gi;

/** Keys and passwords in a text, without overlaps. */
export function findSecrets(text: string): SecretPiece[] {
  const pieces: SecretPiece[] = [];
  const add = (start: number, end: number): void => {
    if (!pieces.some((piece) => start < piece.end && piece.start < end))
      pieces.push({ start, end });
  };
  if (sign.test(text)) {
    for (const pattern of patterns) {
      for (const match of text.matchAll(pattern)) add(match.index, match.index + match[0].length);
    }
  }
  for (const match of text.matchAll(named)) {
    const value = match[1] ?? "";
    const end = match.index + match[0].length;
    if (isRandom(value)) add(end - value.length, end);
  }
  return pieces;
}

/** Words are no passwords worth hiding; a mixture of letters and digits without meaning is. */
function isRandom(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
  return /\d/.test(value) && kinds >= 2 && entropy(value) >= 2.8;
}

/** Bits per character (Shannon 1948). */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
