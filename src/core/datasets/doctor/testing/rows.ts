import type { Message } from "#contract/dataset.ts";
import type { SeenRow } from "../seen-row.ts";

/** A row of one question and one answer. */
export const asked = (question: string, answer: string): SeenRow =>
  turns(["user", question], ["assistant", answer]);

export const turns = (...messages: [Message["role"], string][]): SeenRow => ({
  messages: messages.map(([role, content]) => ({ role, content })),
  text: "",
  reason: undefined,
});

/** A row that cannot be used, for a reason of the ledger. */
export const unusable = (code: string): SeenRow => ({
  messages: [],
  text: "",
  reason: { code, params: {}, message: code },
});
