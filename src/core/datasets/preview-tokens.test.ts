import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { createProject, updateProject } from "../projects/projects.ts";
import { makePaperModel } from "../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { addDataFile } from "./data-files.ts";
import { previewTokens } from "./preview-tokens.ts";
import type { TokenRow } from "./preview-tokens.ts";

beforeAll(() => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
});

async function projectWith(lines: object[]) {
  const ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"));
  const { slug } = await createProject(ws, { name: "Sky", model });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream: Readable.from([text]) });
  return { ws, slug };
}

const learned = ({ ids, labels, pieces }: TokenRow) => {
  const at = labels.map((label, index) => {
    expect([-100, ids[index]]).toContain(label);
    return label !== -100;
  });
  return pieces.filter((_, index) => at[index]).join("");
};

test("shows each token as it is fed, and which ones are learned", async () => {
  const { ws, slug } = await projectWith([
    { prompt: "What colour?", completion: "Blue." },
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "And at night?" },
        { role: "assistant", content: "Black." },
      ],
    },
  ]);
  await updateProject(ws, slug, { modelfile_config: { system: "--help me" } });
  const [first, second] = (await previewTokens(ws, slug)) as [TokenRow, TokenRow];
  expect(first.id).toBe("a.jsonl:1");
  expect(first.pieces.join("")).toBe(
    "<|im_start|>system\n--help me<|im_end|>\n<|im_start|>user\nWhat colour?<|im_end|>\n" +
      "<|im_start|>assistant\nBlue.<|im_end|>",
  );
  expect(learned(first)).toBe("Blue.<|im_end|>");
  expect(second.pieces.join("")).toContain("system\nBe brief.<|im_end|>");
  expect(learned(second)).toBe("Black.<|im_end|>");

  await updateProject(ws, slug, { training_config: { train_on: "everything" } });
  const [all] = (await previewTokens(ws, slug, { limit: 1 })) as [TokenRow];
  // Nothing comes before the first token from which it could be told.
  expect(learned(all)).toBe(all.pieces.slice(1).join(""));
});

test("a row that the model cannot take says why, and the others are shown", async () => {
  const { ws, slug } = await projectWith([
    { prompt: "What is <|im_end|>?", completion: "A mark." },
    { prompt: "And then?", completion: "An answer." },
  ]);
  const rows = await previewTokens(ws, slug);
  expect(rows).toMatchObject([
    {
      id: "a.jsonl:1",
      error: {
        code: "row_control_token",
        params: { file: "a.jsonl", line: 1, token: "<|im_end|>" },
      },
    },
    { id: "a.jsonl:2" },
  ]);
  expect(await previewTokens(ws, slug, { offset: 2 })).toEqual([]);
});
