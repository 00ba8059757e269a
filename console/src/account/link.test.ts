import { expect, test } from "vitest";
import { takenToken } from "./link";

test("a token is taken once, and the address is left without it", () => {
  window.history.replaceState({ key: "kept" }, "", "/app/journeys/launch?step=a#login=secret");
  expect(takenToken()).toBe("secret");
  expect(window.location.pathname + window.location.search + window.location.hash).toBe(
    "/app/journeys/launch?step=a",
  );
  expect(window.history.state).toEqual({ key: "kept" });
  expect(takenToken()).toBeNull();
});

test("another part of a page is left alone", () => {
  window.history.replaceState(null, "", "/app/setup#token=other");
  expect(takenToken()).toBeNull();
  expect(window.location.hash).toBe("#token=other");
});
