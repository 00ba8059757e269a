/**
 * Drafts save themselves, a moment after the last change. Whoever saves says which revision they have seen; when somebody
 * else has saved meanwhile nothing is overwritten, and people decide.
 */
import { useEffect, useState } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import { Refusal } from "~/api/client";
import { type Editor, useEditorStore } from "./editor";
import type { JourneyDocument } from "./model/document";
import { type Journey, readDraft, saveDraft } from "./queries";

export type SavingState =
  | { now: "saved"; at: number | null }
  | { now: "changed" }
  | { now: "saving" }
  | { now: "refused"; why: unknown }
  | { now: "conflict"; theirs: Journey };

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
  let sent = editor.getState().history.present;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = editor.subscribe(({ history }, before) => {
    if (history.present === before.history.present || store.getState().state.now === "conflict") return;
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

  function wait(length: number) {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), length);
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    const { state, revision } = store.getState();
    const document = editor.getState().history.present;
    if (state.now === "saving" || state.now === "conflict" || document === sent) return;
    store.setState({ state: { now: "saving" } });
    try {
      const answer = await server.save(document, revision);
      sent = document;
      const next = { revision: answer.revision, document: answer.document };
      store.setState({ ...next, state: { now: "saved", at: Date.now() } });
      if (editor.getState().history.present !== document) wait(QUIET);
    } catch (why) {
      await refused(why);
    }
  }

  async function refused(why: unknown) {
    const isConflict = why instanceof Refusal && why.status === 409;
    const theirs = isConflict ? await server.read().catch(() => undefined) : undefined;
    const isNewer = theirs && theirs.published_at === null && theirs.revision !== store.getState().revision;
    store.setState({ state: isNewer ? { now: "conflict", theirs } : { now: "refused", why } });
    if (!(why instanceof Refusal) || why.status >= 500) wait(AGAIN);
  }

  return {
    store,
    save,
    accept: (theirs) => {
      sent = theirs.document;
      store.setState({ revision: theirs.revision, document: theirs.document, state: { now: "changed" } });
    },
    stop: () => {
      stop();
      clearTimeout(timer);
    },
  };
}

export function useSaver(journey: Journey): Saver {
  const editor = useEditorStore();
  const [saver] = useState(() =>
    createSaver(editor, journey, {
      save: (document, revision) => saveDraft(journey.id, document, revision),
      read: () => readDraft(journey.id),
    }),
  );
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      const { now } = saver.store.getState().state;
      if (now === "saved") return;
      void saver.save();
      event.preventDefault();
    };
    window.addEventListener("beforeunload", leave);
    return () => {
      window.removeEventListener("beforeunload", leave);
      void saver.save();
    };
  }, [saver]);
  return saver;
}

export function useSaved<T>(saver: Saver, selector: (saved: Saved) => T): T {
  return useStore(saver.store, selector);
}
