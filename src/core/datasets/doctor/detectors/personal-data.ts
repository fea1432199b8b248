import { isValidIBAN } from "ibantools";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { CountryCode } from "libphonenumber-js/min";

/** What was found in a text, and where. */
export interface PrivatePiece {
  kind: "e-mail addresses" | "phone numbers" | "card numbers" | "IBANs";
  start: number;
  end: number;
}

const email = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24}/gu;
/** Names that belong to no one, by RFC 2606 and RFC 6761. */
const nobody =
  /(?:@|\.)(?:example\.(?:com|net|org|edu)|[\w-]+\.(?:example|test|invalid|localhost))$/i;
const iban = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g;
const card = /(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d{2,6}){2,4}(?!\d|[,-]\d)/g;
const phone =
  /(?<![\p{L}\p{N}.,:/-])(?:\+|00)?\(?\d[\d ()/.\u2011-]{6,20}\d(?![\p{L}\p{N}:]|[.,-]\d)/gu;
const date = /^\(?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})/;
/** Where a number without a country's code may be at home. */
const homes: readonly CountryCode[] = ["DE", "AT", "CH", "GB", "US", "FR", "ES", "IT"];

/** Personal data in a text, without overlaps, in the order of its kinds. */
export function findPersonal(text: string): PrivatePiece[] {
  const pieces: PrivatePiece[] = [];
  const add = (kind: PrivatePiece["kind"], start: number, length: number): void => {
    const end = start + length;
    if (!pieces.some((piece) => start < piece.end && piece.start < end)) {
      pieces.push({ kind, start, end });
    }
  };
  if (text.includes("@")) {
    for (const match of text.matchAll(email)) {
      if (!nobody.test(match[0])) add("e-mail addresses", match.index, match[0].length);
    }
  }
  if (!/\d{2}/.test(text)) return pieces;
  for (const { 0: found, index } of text.matchAll(iban)) {
    const length = ibanLength(found);
    if (length > 0) add("IBANs", index, length);
  }
  for (const { 0: found, index } of text.matchAll(card)) {
    const digits = found.replaceAll(/\D/g, "");
    if (digits.length >= 13 && digits.length <= 19 && luhn(digits)) {
      add("card numbers", index, found.length);
    }
  }
  for (const { 0: found, index } of text.matchAll(phone)) {
    if (isPhone(found)) add("phone numbers", index, found.length);
  }
  return pieces;
}

/** How much of a candidate is an IBAN: in capitals, the word behind it may look like a part of it. */
function ibanLength(candidate: string): number {
  for (let end = candidate.length; end >= 15; end -= 1) {
    if (candidate[end - 1] === " ") continue;
    if (isValidIBAN(candidate.slice(0, end).replaceAll(" ", ""))) return end;
  }
  return 0;
}

/** The check digit of cards, ISO/IEC 7812-1. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    let value = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 === 0 && !/^(\d)\1+$/.test(digits);
}

/**
 * A number with a country's code or a leading zero, or in America's groups, that the numbering plans
 * know. Other runs of digits are prices, orders and years.
 */
function isPhone(found: string): boolean {
  const text = found.replaceAll("\u2011", "-");
  if (date.test(text) || (text.match(/\d/g)?.length ?? 0) < 7) return false;
  const abroad = /^(?:\+|00[1-9])/.test(text);
  const american = /^\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[.-]\d{4}$/.test(text);
  if (!abroad && !american && !/^\(?0[1-9]/.test(text)) return false;
  const number = abroad ? text.replace(/^00/, "+") : text;
  const countries = abroad ? homes.slice(0, 1) : american ? (["US"] as const) : homes;
  return countries.some((country) => {
    const parsed = parsePhoneNumberFromString(number, country);
    return parsed !== undefined && (abroad ? parsed.isPossible() : parsed.isValid());
  });
}
