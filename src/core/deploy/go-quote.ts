const simple: Record<string, string> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/**
 * The string that a Go string literal means, as strconv.Unquote reads it: back quotes take
 * everything literally, double quotes know \n, \", \xNN (one byte), \NNN (one byte, octal),
 * \uNNNN and \UNNNNNNNN. Returns undefined for what is no such literal.
 */
export function goUnquote(literal: string): string | undefined {
  if (literal.length >= 2 && literal.startsWith("`") && literal.endsWith("`")) {
    const raw = literal.slice(1, -1);
    return raw.includes("`") ? undefined : raw.replaceAll("\r", "");
  }
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined;
  const body = literal.slice(1, -1);
  const token =
    /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\"']))|([^\\"\n]+)/gy;
  const bytes: Buffer[] = [];
  while (token.lastIndex < body.length) {
    const match = token.exec(body);
    if (!match) return undefined;
    const [, hex, octal, short, long, letter, plain] = match;
    const byte = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : undefined;
    if (byte !== undefined) {
      if (byte > 255) return undefined;
      bytes.push(Buffer.of(byte));
    } else if (short ?? long) {
      const point = Number.parseInt(short ?? long ?? "", 16);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
      bytes.push(Buffer.from(String.fromCodePoint(point)));
    } else {
      bytes.push(Buffer.from(letter === undefined ? (plain ?? "") : (simple[letter] ?? "")));
    }
  }
  return Buffer.concat(bytes).toString("utf8");
}
