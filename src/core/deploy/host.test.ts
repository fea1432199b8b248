import { expect, test } from "vitest";
import { ollamaHostAddress } from "./host.ts";

// Expected values: what Ollama 0.34.1's envconfig.ConnectableHost gives for the same input.
const cases: [string, string][] = [
  ["", "http://127.0.0.1:11434"],
  ["1.2.3.4", "http://1.2.3.4:11434"],
  ["1.2.3.4:1234", "http://1.2.3.4:1234"],
  [":1234", "http://127.0.0.1:1234"],
  ["0.0.0.0", "http://127.0.0.1:11434"],
  ["0.0.0.0:8080", "http://127.0.0.1:8080"],
  ["example.com", "http://example.com:11434"],
  ["example.com:1234", "http://example.com:1234"],
  ["http://example.com", "http://example.com:80"],
  ["https://example.com", "https://example.com:443"],
  ["https://example.com:1234", "https://example.com:1234"],
  ["http://example.com/ollama", "http://example.com:80/ollama"],
  ["example.com:56789/ollama/", "http://example.com:56789/ollama"],
  ["[::1]", "http://[::1]:11434"],
  ["::1", "http://[::1]:11434"],
  ["[::1]:1337", "http://[::1]:1337"],
  ["[::]:1337", "http://[::1]:1337"],
  ["::", "http://[::1]:11434"],
  ["[0001:002:003:0004::1]:1337", "http://[0001:002:003:0004::1]:1337"],
  ["example.com:66000", "http://example.com:11434"],
  ["example.com:-1", "http://example.com:11434"],
  ["example.com:", "http://example.com:11434"],
  ["https://example.com:99999", "https://example.com:443"],
  [" 1.2.3.4 ", "http://1.2.3.4:11434"],
  ['"1.2.3.4"', "http://1.2.3.4:11434"],
  ["'1.2.3.4'", "http://1.2.3.4:11434"],
  ["localhost:11500", "http://localhost:11500"],
  ["ollama.com", "https://ollama.com:443"],
];

test.each(cases)("OLLAMA_HOST=%j is reached at %s", (value, address) => {
  expect(ollamaHostAddress(value)).toBe(address);
  expect(() => new URL(address)).not.toThrow();
});
