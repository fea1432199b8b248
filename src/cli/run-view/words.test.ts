import { expect, test } from "vitest";
import { runEventSchema } from "#contract/events.ts";
import { oneOfEachKind } from "#cli/testing/events.ts";
import { eventWords } from "./words.ts";

test("every kind of event has a sentence in both languages, and none shows its own name", () => {
  for (const event of oneOfEachKind()) {
    expect(runEventSchema.safeParse(event).success, event.type).toBe(true);
    const [english, german] = [eventWords(event, "en"), eventWords(event, "de")];
    expect(english, event.type).toBeTruthy();
    expect(german, event.type).toBeTruthy();
    if (event.type.includes(".")) expect(`${english} ${german}`).not.toContain(event.type);
    if (event.type !== "log") expect(german, event.type).not.toBe(english);
  }
});

test("German numbers have German marks", () => {
  const german = oneOfEachKind().map((event) => eventWords(event, "de"));
  expect(german).toContain("Höchster Speicherbedarf beim Trainieren: 1,5 GB");
  expect(german).toContain("Fehler auf Prüfzeilen 1,500 nach Schritt 3 (bisher am besten)");
});
