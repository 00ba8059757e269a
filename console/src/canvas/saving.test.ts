/** Drafts save themselves: once for many changes, never over what somebody else has saved, and nothing is forgotten. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refusal } from "~/api/client";
import { createEditor } from "./editor";
import { merged } from "./model/difference";
import type { JourneyDocument, Step } from "./model/document";
import { change } from "./model/edit";
import type { Journey } from "./queries";
import { createSaver } from "./saving";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const named = (journey: string): JourneyDocument => ({ journey, start: { segment: "all" }, steps: [] });
const kept = (document: JourneyDocument, revision: number) =>
  ({ document, revision, published_at: null }) as Journey;

const wait = (id: string): Step => ({ id, kind: "wait", for: "1 day" });

/** An answer that comes when it is told to. */
function later() {
  let [resolve, reject] = [() => {}, (_why: unknown) => {}];
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve: () => resolve(), reject: (why: unknown) => reject(why) };
}

/** A server that keeps one draft, and an editor of it. */
function opened() {
  let draft = kept(named("A"), 1);
  const saves: string[] = [];
  const editor = createEditor(draft.document, false, null);
  /** What stands in the way of the next save: before it is done, or of its answer. */
  const way = { before: (): unknown => undefined, after: (): unknown => undefined };
  const saver = createSaver(editor, draft, {
    read: async () => draft,
    save: async (document, revision) => {
      saves.push(document.journey);
      await way.before();
      if (revision !== draft.revision || draft.published_at) throw new Refusal(409, undefined);
      draft = kept(document, revision + 1);
      await way.after();
      return draft;
    },
  });
  const type = (journey: string) => editor.getState().edit(named(journey), { field: "journey" });
  const other = (journey: string) => {
    draft = kept(named(journey), draft.revision + 1);
  };
  const publish = () => {
    draft = { ...draft, published_at: "2026-12-01T09:00:00Z" };
  };
  const renew = () => {
    draft = kept(draft.document, draft.revision + 1);
    return draft;
  };
  return { editor, saver, saves, type, other, publish, renew, way, draft: () => draft };
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

it("what was not saved when somebody else published goes on in the next version's draft", async () => {
  const { saver, saves, type, publish, renew, draft } = opened();
  publish();
  type("Mine");
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.store.getState().state).toMatchObject({ now: "published", theirs: { document: named("A") } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(saves).toEqual(["Mine"]);
  saver.carryInto(renew());
  await vi.advanceTimersByTimeAsync(1);
  expect(saver.store.getState().state.now).toBe("saved");
  expect(draft()).toMatchObject({ document: named("Mine"), revision: 3, published_at: null });
});

it("where they changed the draft before they published it, people decide", async () => {
  const { saver, type, other, publish, renew, draft } = opened();
  other("Theirs");
  publish();
  type("Mine");
  await vi.advanceTimersByTimeAsync(1000);
  saver.carryInto(renew());
  expect(saver.store.getState().state).toMatchObject({ now: "conflict", theirs: { revision: 3 } });
  expect(draft().document.journey).toBe("Theirs");
});

it("what is kept elsewhere is not saved any more", async () => {
  const { saver, saves, type, publish } = opened();
  publish();
  type("Mine");
  await vi.advanceTimersByTimeAsync(1000);
  saver.leave();
  await saver.save();
  expect(saves).toEqual(["Mine"]);
  expect(saver.store.getState().state.now).toBe("saved");
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

it("what is typed while a save is under way is not saved yet, and then it is", async () => {
  const { saver, saves, type, way } = opened();
  const slow = later();
  way.before = () => slow.promise;
  type("AB");
  await vi.advanceTimersByTimeAsync(1000);
  type("ABC");
  await vi.advanceTimersByTimeAsync(1000);
  expect(saves).toEqual(["AB"]);
  slow.resolve();
  await vi.advanceTimersByTimeAsync(1);
  expect(saver.store.getState().state.now).toBe("changed");
  await vi.advanceTimersByTimeAsync(1000);
  expect(saves).toEqual(["AB", "ABC"]);
  expect(saver.store.getState().state.now).toBe("saved");
});

it("a save whose answer was lost is not taken for somebody else's", async () => {
  const { saver, type, way, draft } = opened();
  way.after = () => {
    way.after = () => undefined;
    throw new TypeError("connection reset");
  };
  type("AB");
  await vi.advanceTimersByTimeAsync(1000);
  type("ABC");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(saver.store.getState()).toMatchObject({ revision: 3, state: { now: "saved" } });
  expect(draft().document.journey).toBe("ABC");
});

it("what was typed after a save that is refused is tried too", async () => {
  const { saver, saves, type, way } = opened();
  const slow = later();
  way.before = () => slow.promise;
  type("AB");
  await vi.advanceTimersByTimeAsync(1000);
  type("ABC");
  way.before = () => undefined;
  slow.reject(new Refusal(422, undefined));
  await vi.advanceTimersByTimeAsync(2000);
  expect(saves).toEqual(["AB", "ABC"]);
  expect(saver.store.getState().state.now).toBe("saved");
});

it("a conflict that cannot be looked at is asked about again", async () => {
  const editor = createEditor(named("A"), false, null);
  const theirs = kept(named("Theirs"), 2);
  const read = vi.fn().mockRejectedValueOnce(new TypeError("no network")).mockResolvedValue(theirs);
  const save = vi.fn().mockRejectedValue(new Refusal(409, undefined));
  const saver = createSaver(editor, kept(named("A"), 1), { save, read });
  editor.getState().edit(named("B"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.store.getState().state.now).toBe("refused");
  await vi.advanceTimersByTimeAsync(6000);
  expect(saver.store.getState().state).toEqual({ now: "conflict", theirs });
});

it("after keeping both, undo takes back what was done here, and nothing of theirs", () => {
  const base = { ...named("A"), steps: [wait("a")] };
  const theirs = { ...base, journey: "Theirs" };
  const editor = createEditor(base, false, null);
  const { edit, carry, undo, redo } = editor.getState();
  edit(change(base, "a", { ...wait("a"), for: "2 days" } as Step));
  const mine = editor.getState().history.present;
  edit({ ...mine, steps: [...(mine.steps ?? []), wait("b")] });
  const both = merged(base, editor.getState().history.present, theirs) as JourneyDocument;
  carry(both, (past) => merged(base, past, theirs));
  undo();
  expect(editor.getState().history.present).toMatchObject({ journey: "Theirs", steps: [{ for: "2 days" }] });
  undo();
  expect(editor.getState().history.present).toEqual(theirs);
  redo();
  redo();
  expect(editor.getState().history.present).toEqual(both);
});
