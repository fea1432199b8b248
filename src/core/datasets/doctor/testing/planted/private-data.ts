import type { Random } from "./random.ts";

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.int(0, 9)).join("");
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const secret = (random: Random, length: number, alphabet = letters): string =>
  Array.from({ length }, () => alphabet[random.int(0, alphabet.length - 1)]).join("");

/** A sentence of private data, made up: every number has the right check digits and no owner. */
export function makePrivate(random: Random, heldOut: boolean): string {
  const [first, last] = [
    random.pick(["jana", "timo", "oliver", "sina", "mark"]),
    random.pick(["brandt", "kowalski", "hughes", "lindner"]),
  ];
  const building: (() => string)[] = [
    () => `Write to ${first}.${last}@gmail.com in that case.`,
    () => `Ruf mich unter 0171 ${digits(random, 7)} an.`,
    () => `Call +44 7700 ${digits(random, 3)} ${digits(random, 3)} and ask for ${first}.`,
    () => `Meine Karte ist die ${card("4", random)}.`,
    () => `Bitte auf das Konto ${iban(random)} überweisen.`,
    () => `The key is sk-proj-${secret(random, 40)}.`,
    () => `Use the token ghp_${secret(random, 36)} for that.`,
    () => `AKIA${secret(random, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")} opens the bucket.`,
  ];
  const others: (() => string)[] = [
    () => `Meine Adresse lautet ${first}_${last}${random.int(70, 99)}@web.de, schreib einfach.`,
    () => `Meine Nummer: +49 (0)30 ${digits(random, 4)}-${digits(random, 4)}.`,
    () => `Ring me on 020 7946 0${digits(random, 3)} after six.`,
    () => `It was paid with ${card("5", random).replaceAll(" ", "-")}.`,
    () => `IBAN: ${iban(random).replaceAll(" ", "")}`,
    () => `api_key = "AIza${secret(random, 35)}"`,
    () => `Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.${secret(random, 30)}.${secret(random, 43)}`,
    () => `-----BEGIN PRIVATE KEY-----\n${secret(random, 60)}\n-----END PRIVATE KEY-----`,
  ];
  return random.pick(heldOut ? others : building)();
}

/** Sixteen digits whose Luhn sum (ISO/IEC 7812-1) is a multiple of ten, in groups of four. */
function card(first: string, random: Random): string {
  const body = (first === "5" ? "53" : first) + digits(random, first === "5" ? 13 : 14);
  for (let check = 0; check < 10; check += 1) {
    const number = body + String(check);
    const sum = Array.from(number, Number)
      .toReversed()
      .map((digit, index) => (index % 2 === 1 ? digit * 2 : digit))
      .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
    if (sum % 10 === 0) return number.replaceAll(/(\d{4})(?=\d)/g, "$1 ");
  }
  throw new Error("Every number has a check digit");
}

/** A German account number with its check digits by ISO 7064 (MOD 97-10). */
function iban(random: Random): string {
  const account = digits(random, 18);
  const rest = BigInt(`${account}131400`) % 97n;
  const check = String(98n - rest).padStart(2, "0");
  return `DE${check}${account}`.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
