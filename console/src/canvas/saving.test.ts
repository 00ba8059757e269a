/** Drafts save themselves: once for many changes, and never over what somebody else has saved. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refusal } from "~/api/client";
import { createEditor } from "./editor";
import type { JourneyDocument } from "./model/document";
import type { Journey } from "./queries";
import { createSaver } from "./saving";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const named = (journey: string): JourneyDocument => ({ journey, start: { segment: "all" }, steps: [] });
const kept = (document: JourneyDocument, revision: number) =>
  ({ document, revision, published_at: null }) as Journey;

/** A server that keeps one draft, and an editor of it. */
function opened() {
  let draft = kept(named("A"), 1);
  const saves: string[] = [];
  const editor = createEditor(draft.document, false, null);
  const saver = createSaver(editor, draft, {
    read: async () => draft,
    save: async (document, revision) => {
      saves.push(document.journey);
      if (revision !== draft.revision) throw new Refusal(409, undefined);
      draft = kept(document, revision + 1);
      return draft;
    },
  });
  const type = (journey: string) => editor.getState().edit(named(journey), { field: "journey" });
  const other = (journey: string) => {
    draft = kept(named(journey), draft.revision + 1);
  };
  return { editor, saver, saves, type, other, draft: () => draft };
}

it("many changes are one save, a moment after the last", async () => {
  const { saver, saves, type } = opened();
  for (const name of ["AB", "ABC", "ABCD"]) type(name);
  expect(saver.store.getState().state.now).toBe("changed");
  await vi.advanceTimersByTimeAsync(1000);
  expect(saves).toEqual(["ABCD"]);
  expect(saver.store.getState()).toMatchObject({ revision: 2, state: { now: "saved" } });
});

it("what is undone to what was saved is saved", async () => {
  const { editor, saver, saves, type } = opened();
  type("AB");
  await vi.advanceTimersByTimeAsync(1000);
  editor.getState().undo();
  editor.getState().redo();
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.store.getState().state.now).toBe("saved");
  expect(saves).toEqual(["AB"]);
});

it("what somebody else saved is not overwritten until somebody decides", async () => {
  const { saver, type, other, draft } = opened();
  other("Theirs");
  type("Mine");
  await vi.advanceTimersByTimeAsync(1000);
  const { state } = saver.store.getState();
  expect(state).toMatchObject({ now: "conflict", theirs: { document: named("Theirs") } });
  type("Mine too");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(draft().document.journey).toBe("Theirs");
  saver.accept(draft());
  await saver.save();
  expect(draft()).toMatchObject({ document: named("Mine too"), revision: 3 });
});

it("a save that failed is tried again when the server is back", async () => {
  const editor = createEditor(named("A"), false, null);
  const save = vi
    .fn()
    .mockRejectedValueOnce(new TypeError("no network"))
    .mockResolvedValue(kept(named("B"), 2));
  const saver = createSaver(editor, kept(named("A"), 1), { save, read: vi.fn() });
  editor.getState().edit(named("B"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.store.getState().state.now).toBe("refused");
  await vi.advanceTimersByTimeAsync(6000);
  expect(saver.store.getState().state.now).toBe("saved");
});
