import { ApiError } from "#contract/client.ts";
import { api } from "../../app/api.ts";

/**
 * Uploads a file's bytes with progress (fetch tells none). Rejects with the server's refusal, or as
 * unreachable.
 */
export function uploadFile(
  project: string,
  file: File,
  role: "train" | "check",
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const address = api.href("PUT /api/projects/{project}/data/{file}", {
    params: { project, file: file.name },
    query: { role },
  });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve();
      else reject(refusal(request));
    });
    request.addEventListener("error", () =>
      reject(new ApiError(0, "unreachable", {}, `${file.name}: no connection`)),
    );
    request.send(file);
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
