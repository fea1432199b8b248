import { extractText, getDocumentProxy } from "unpdf";
import { AppError } from "#contract/errors.ts";
import { errorText } from "../../files/error-code.ts";
import { paragraphsOf } from "../document.ts";
import type { DocumentReader } from "../document.ts";

/** Fewer letters per page are page numbers and stamps: such a file holds pictures of text. */
const fewestLetters = 16;

/** Errors: document_protected, document_no_text, document_unreadable. */
export const readPdf: DocumentReader = async (bytes, name) => {
  let pages: string[];
  try {
    // A copy, since the library takes the bytes away from their owner.
    const document = await getDocumentProxy(new Uint8Array(bytes));
    ({ text: pages } = await extractText(document, { mergePages: false }));
    await document.loadingTask.destroy();
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") {
      throw new AppError("document_protected", { file: name });
    }
    throw new AppError("document_unreadable", { file: name, detail: errorText(error) });
  }
  const letters = pages.join("").match(/\p{L}/gu)?.length ?? 0;
  if (letters < fewestLetters * pages.length) {
    throw new AppError("document_no_text", { file: name, pages: pages.length });
  }
  return pages
    .map((text, index) => ({
      headings: [],
      paragraphs: paragraphsOf(joinLines(text)),
      page: index + 1,
    }))
    .filter(({ paragraphs }) => paragraphs.length > 0);
};

/** Lines of a page are no paragraphs; a word that is cut at the end of a line becomes whole again. */
function joinLines(text: string): string {
  return text
    .replaceAll("\r", "")
    .replaceAll(/(\p{Ll})-\n(\p{Ll})/gu, "$1$2")
    .replaceAll(/([^.!?:;\n])\n(?=\S)/g, "$1 ");
}
