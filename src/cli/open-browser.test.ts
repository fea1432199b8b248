import { expect, it } from "vitest";
import { browserCommand, isAtScreen } from "./open-browser.ts";

it("finds each system's way to open an address", () => {
  expect(browserCommand("darwin", {})).toEqual(["open"]);
  expect(browserCommand("win32", {})?.[0]).toBe("rundll32");
  expect(browserCommand("linux", { DISPLAY: ":0" })).toEqual(["xdg-open"]);
  expect(browserCommand("linux", { WAYLAND_DISPLAY: "wayland-0" })).toEqual(["xdg-open"]);
  expect(browserCommand("linux", {})).toBeUndefined();
  expect(browserCommand("linux", { BROWSER: "firefox" })).toEqual(["firefox"]);
});

it("opens nothing where nobody would see it", () => {
  expect(isAtScreen(true, {})).toBe(true);
  expect(isAtScreen(false, {})).toBe(false);
  expect(isAtScreen(true, { CI: "1" })).toBe(false);
  expect(isAtScreen(true, { SSH_CONNECTION: "10.0.0.1 5 10.0.0.2 22" })).toBe(false);
});
