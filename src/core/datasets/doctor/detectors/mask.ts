import { findPersonal } from "./personal-data.ts";
import type { PrivatePiece } from "./personal-data.ts";
import { findSecrets } from "./secrets.ts";

const marks: Record<PrivatePiece["kind"], string> = {
  "e-mail addresses": "[e-mail]",
  "phone numbers": "[phone number]",
  "card numbers": "[card number]",
  IBANs: "[IBAN]",
};

/** The text with a mark of its kind in the place of each personal datum. */
export function maskPersonal(text: string): string {
  return replacePieces(
    text,
    findPersonal(text).map((piece) => ({ ...piece, mark: marks[piece.kind] })),
  );
}

/** The text with a mark in the place of each key and password. */
export function maskSecrets(text: string): string {
  return replacePieces(
    text,
    findSecrets(text).map((piece) => ({ ...piece, mark: "[secret]" })),
  );
}

/** Enough to recognise it by, and not enough to use it. */
export function hint(secret: string): string {
  return secret.length <= 8 ? "…" : `${secret.slice(0, 4)}…`;
}

function replacePieces(
  text: string,
  pieces: { start: number; end: number; mark: string }[],
): string {
  let result = text;
  for (const { start, end, mark } of pieces.sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + mark + result.slice(end);
  }
  return result;
}
