import { ApiError } from "#contract/client.ts";
import { api } from "../../app/api.ts";

export interface UploadOptions {
  role: "train" | "check";
  /** sha256 of the file that is there, "" for none; then it is overwritten. */
  replaces?: string;
  /** What becomes of another file of the same name; absent = this one is refused. */
  existing?: "replace" | "keep_both";
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Uploads a data file; gives its sha256 on the server. Rejects as `sendFile` does. */
export async function uploadFile(
  project: string,
  name: string,
  content: Blob,
  { role, replaces, existing, ...options }: UploadOptions,
): Promise<string> {
  const address = api.href("PUT /api/projects/{project}/data/{file}", {
    params: { project, file: name },
    query: {
      role,
      ...(replaces === undefined ? {} : { replaces }),
      ...(existing === undefined ? {} : { existing }),
    },
  });
  const reply = await sendFile(address, name, content, options);
  return (JSON.parse(reply) as { sha256: string }).sha256;
}

/**
 * Puts a file's bytes to an address with progress (fetch tells none); gives the reply's text. Rejects
 * with the server's refusal, as unreachable, or with an AbortError.
 */
export function sendFile(
  address: string,
  name: string,
  content: Blob,
  { onProgress, signal }: Pick<UploadOptions, "onProgress" | "signal"> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress?.(loaded, total));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.responseText);
      else reject(refusal(request));
    });
    request.addEventListener("error", () =>
      reject(new ApiError(0, "unreachable", {}, `${name}: no connection`)),
    );
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(content);
  });
}

function refusal(request: XMLHttpRequest): ApiError {
  try {
    const { error } = JSON.parse(request.responseText) as {
      error: { code: string; message: string };
    };
    return new ApiError(request.status, error.code, {}, error.message);
  } catch {
    return new ApiError(request.status, "internal", {}, request.responseText);
  }
}
