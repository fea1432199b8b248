import { Buffer } from "node:buffer";
import mammoth from "mammoth";
import { AppError } from "#contract/errors.ts";
import { errorText } from "../../files/error-code.ts";
import { unpacksWithin } from "../../files/zip.ts";
import type { DocumentReader } from "../document.ts";
import { sectionsOfHtml } from "./html.ts";

/** Word files with a password, and those of old Word, are OLE containers instead of archives. */
const ole = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** Far more than a book; its reader holds all of it in memory, several times over. */
const largestUnpacked = 200e6;

/** Errors: document_protected, document_unpacks_too_large, document_unreadable. */
export const readDocx: DocumentReader = async (bytes, name) => {
  const buffer = Buffer.from(bytes);
  if (buffer.subarray(0, 4).equals(ole)) {
    if (buffer.includes(Buffer.from("EncryptedPackage", "utf16le"))) {
      throw new AppError("document_protected", { file: name });
    }
    const detail = "it is a document of an old Word; save it as .docx";
    throw new AppError("document_unreadable", { file: name, detail });
  }
  try {
    if (!(await unpacksWithin(buffer, largestUnpacked))) {
      throw new AppError("document_unpacks_too_large", { file: name, limit: "200 MB" });
    }
    const { value } = await mammoth.convertToHtml({ buffer }, { convertImage: noImages });
    return sectionsOfHtml(value);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("document_unreadable", { file: name, detail: errorText(error) });
  }
};

/** Pictures would become text of megabytes. */
const noImages = mammoth.images.imgElement(() => Promise.resolve({ src: "" }));
