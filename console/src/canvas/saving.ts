/**
 * Drafts save themselves, a moment after the last change. Whoever saves says which revision they have seen; when somebody
 * else has saved meanwhile nothing is overwritten, and people decide. Nothing that was not saved is forgotten: a save that
 * failed is tried again, one whose answer never came is not taken for somebody else's, and where somebody else has
 * published the draft, what was not saved goes on in another.
 */
import { createStore, type StoreApi, useStore } from "zustand";
import { Refusal } from "~/api/client";
import type { Editor } from "./editor";
import { difference, isNothing } from "./model/difference";
import type { JourneyDocument } from "./model/document";
import type { Journey } from "./queries";

export type SavingState =
  | { now: "saved"; at: number | null }
  | { now: "changed" }
  | { now: "saving" }
  | { now: "refused"; why: unknown }
  | { now: "conflict" | "published"; theirs: Journey };

export interface Saved {
  state: SavingState;
  /** What the server has, as far as we know. */
  revision: number;
  document: JourneyDocument;
}

export interface Saver {
  store: StoreApi<Saved>;
  save(): Promise<void>;
  /** Goes on from what somebody else saved: the next save overwrites it. */
  accept(theirs: Journey): void;
  /** Goes on in the draft of the next version; where the one that was published has changed besides, people decide. */
  carryInto(draft: Journey): void;
  /** What is here is kept elsewhere, or is to be forgotten: there is nothing to be saved any more. */
  leave(): void;
  stop(): void;
}

export interface Server {
  save(document: JourneyDocument, revision: number): Promise<Journey>;
  read(): Promise<Journey>;
}

/** Milliseconds of quiet before a save. */
const QUIET = 700;
/** Milliseconds until the next try when the server could not be reached. */
const AGAIN = 5000;

export function createSaver(editor: Editor, opened: Journey, server: Server): Saver {
  const store = createStore<Saved>(() => ({
    state: { now: "saved", at: null },
    revision: opened.revision,
    document: opened.document,
  }));
  let sent = present();
  /** What was sent when the answer did not come: it may be saved, or not. */
  let doubtful: JourneyDocument | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = editor.subscribe(({ history }, before) => {
    if (history.present === before.history.present || isAsked(store.getState().state)) return;
    if (history.present === sent) return settle();
    if (store.getState().state.now !== "saving") store.setState({ state: { now: "changed" } });
    wait(QUIET);
  });

  /** Undone or done again to what is saved already. */
  function settle() {
    clearTimeout(timer);
    const { now } = store.getState().state;
    if (now === "changed" || now === "refused") store.setState({ state: { now: "saved", at: Date.now() } });
  }

  function present() {
    return editor.getState().history.present;
  }

  /** After a save: what was changed meanwhile is next. */
  function saved({ revision, document }: Journey) {
    const isAll = present() === sent;
    const at = Date.now();
    store.setState({ revision, document, state: isAll ? { now: "saved", at } : { now: "changed" } });
    doubtful = undefined;
    if (!isAll) wait(QUIET);
  }

  function wait(length: number) {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), length);
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    const { state, revision } = store.getState();
    const document = present();
    if (state.now === "saving" || isAsked(state) || document === sent) return;
    store.setState({ state: { now: "saving" } });
    try {
      const answer = await server.save(document, revision);
      sent = document;
      saved(answer);
    } catch (why) {
      await refused(why, document);
    }
  }

  async function refused(why: unknown, document: JourneyDocument) {
    const isLost = !(why instanceof Refusal) || why.status >= 500;
    if (isLost) doubtful = document;
    const isConflict = why instanceof Refusal && why.status === 409;
    const theirs = isConflict ? await server.read().catch(() => undefined) : undefined;
    const isNewer = theirs && theirs.revision !== store.getState().revision;
    const ours =
      theirs && doubtful && isNothing(difference(doubtful, theirs.document)) ? doubtful : undefined;
    if (theirs?.published_at)
      return store.setState({
        state: { now: "published", theirs },
        ...(ours ? { document: ours } : {}),
      });
    if (isNewer && ours) {
      sent = ours;
      return saved(theirs);
    }
    store.setState({ state: isNewer ? { now: "conflict", theirs } : { now: "refused", why } });
    if (isLost || (isConflict && !theirs)) wait(AGAIN);
    else if (!isNewer && present() !== document) wait(QUIET);
  }

  function accept(theirs: Journey) {
    sent = theirs.document;
    store.setState({ revision: theirs.revision, document: theirs.document, state: { now: "changed" } });
  }

  return {
    store,
    save,
    accept,
    carryInto: (draft) => {
      if (!isNothing(difference(store.getState().document, draft.document)))
        return store.setState({ state: { now: "conflict", theirs: draft } });
      accept(draft);
      void save();
    },
    leave: () => {
      sent = present();
      store.setState({ state: { now: "saved", at: null } });
    },
    stop: () => {
      stop();
      clearTimeout(timer);
    },
  };
}

/** People are asked how to go on: nothing is saved before. */
export function isAsked(state: SavingState): state is Extract<SavingState, { theirs: Journey }> {
  return state.now === "conflict" || state.now === "published";
}

export function useSaved<T>(saver: Saver, selector: (saved: Saved) => T): T {
  return useStore(saver.store, selector);
}
