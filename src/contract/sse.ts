/** Present in browsers and in Node alike; types of neither are at hand here. */
declare const TextDecoder: new () => {
  decode(chunk?: Uint8Array, options?: { stream: boolean }): string;
};

/** The part of the platform's ReadableStream that is used here; not every browser can iterate it. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(): Promise<unknown>;
  };
}

export interface ServerSentMessage {
  id: string;
  event: string;
  data: string;
}

/**
 * The messages of a stream of server-sent events, as the HTML standard reads them (9.2.6):
 * lines end with CR, LF or both, a blank line ends a message, and one without data is dropped.
 */
export async function* messagesOf(stream: ByteStream): AsyncGenerator<ServerSentMessage> {
  const decoder = new TextDecoder();
  let id = "";
  let event = "";
  let data: string[] = [];
  let rest = "";
  for await (const chunk of chunksOf(stream)) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the end may be half of a CRLF: it waits for the next chunk.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { id, event: event || "message", data: data.join("\n") };
        event = "";
        data = [];
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "data") data.push(value);
      else if (field === "event") event = value;
      else if (field === "id" && !value.includes("\0")) id = value;
    }
  }
}

async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value) yield value;
    }
  } finally {
    // Whoever stops listening closes the connection, which is how an answer is cancelled.
    await reader.cancel().catch(() => undefined);
  }
}
