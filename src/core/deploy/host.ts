import { isIP } from "node:net";

/** Ollama's port where no address names one and no scheme implies another. */
const defaultOllamaPort = 11434;

/**
 * The address a client reaches for a value of OLLAMA_HOST, without a trailing slash, read as
 * Ollama's own client reads it (its `envconfig.Host` and `ConnectableHost`): a host, a host with
 * port, `:port`, an IPv6 address with or without brackets, each with or without scheme and path.
 * A port that is none falls back to the default; an address that only a server can listen on
 * (0.0.0.0, ::) becomes the loopback of its family.
 */
export function ollamaHostAddress(value: string): string {
  const text = value.trim().replace(/^["']+|["']+$/g, "");
  const { scheme, rest, defaultPort } = splitScheme(text);
  const slash = rest.indexOf("/");
  const hostAndPort = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? "" : rest.slice(slash + 1).replace(/\/+$/, "");
  const { host, port } = splitHostAndPort(hostAndPort, defaultPort);
  const bracketed = connectable(host).includes(":") ? `[${connectable(host)}]` : connectable(host);
  return `${scheme}://${bracketed}:${port}${path === "" ? "" : `/${path}`}`;
}

function splitScheme(text: string): { scheme: string; rest: string; defaultPort: string } {
  const mark = text.indexOf("://");
  if (mark < 0) {
    if (text === "ollama.com")
      return { scheme: "https", rest: "ollama.com:443", defaultPort: "443" };
    return { scheme: "http", rest: text, defaultPort: String(defaultOllamaPort) };
  }
  const scheme = text.slice(0, mark);
  const ports: Record<string, string> = { http: "80", https: "443" };
  return {
    scheme,
    rest: text.slice(mark + 3),
    defaultPort: ports[scheme] ?? String(defaultOllamaPort),
  };
}

/** Go's net.SplitHostPort, and what Ollama does where that refuses (no port, or too many colons). */
function splitHostAndPort(text: string, defaultPort: string): { host: string; port: string } {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  if (match) {
    const port = match[3] ?? "";
    return { host: match[1] ?? match[2] ?? "", port: isPort(port) ? port : defaultPort };
  }
  const bare = text.replace(/^[[\]]+|[[\]]+$/g, "");
  const host = isIP(bare) > 0 ? bare : text;
  return { host: host === "" ? "127.0.0.1" : host, port: defaultPort };
}

function isPort(text: string): boolean {
  return /^\+?\d+$/.test(text) && Number(text) <= 65535;
}

function connectable(host: string): string {
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  if (isIP(host) === 6 && /^[0:]+$/.test(host)) return "::1";
  return host;
}
