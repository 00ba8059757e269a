/**
 * A document while it is written: every change is saved a moment later, one save after the other, over the revision that
 * was read. When somebody else has saved meanwhile, nothing is overwritten: the author chooses.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Refusal } from "~/api/client";
import { type Content, type ContentDocument, contentQuery, saveContent } from "./queries";

const PAUSE = 800;

export type SaveState = "saved" | "unsaved" | "saving" | "failed" | "conflict";

export interface Draft {
  document: ContentDocument;
  /** What the server answered last. */
  content: Content;
  state: SaveState;
  error: unknown;
  change: (document: ContentDocument) => void;
  /** Whether what is on the screen is what the server has. */
  save: () => Promise<boolean>;
  keepMine: () => Promise<boolean>;
  loadTheirs: () => void;
  /** The server has a new state of it, such as Ready to send. */
  take: (content: Content) => void;
}

export function useDraft(first: Content): Draft {
  const client = useQueryClient();
  const [document, setDocument] = useState<ContentDocument>(first.document);
  const [content, setContent] = useState(first);
  const [state, setState] = useState<SaveState>("saved");
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(document);
  const kept = useRef(document);
  const revision = useRef(first.revision);
  const theirs = useRef<Content | null>(null);
  const running = useRef<Promise<void> | null>(null);
  const timer = useRef(0);

  const take = useCallback(
    (answer: Content) => {
      revision.current = answer.revision;
      setContent(answer);
      client.setQueryData(contentQuery(answer.name).queryKey, answer);
      void client.invalidateQueries({ queryKey: ["contents"], exact: true });
    },
    [client],
  );

  const attempt = useCallback(async () => {
    const sent = latest.current;
    setState("saving");
    try {
      take(await saveContent(sent, revision.current));
      kept.current = sent;
      setState(latest.current === sent ? "saved" : "unsaved");
    } catch (failure) {
      theirs.current = await otherState(failure, sent.name, revision.current);
      setError(failure);
      setState(theirs.current ? "conflict" : "failed");
      throw failure;
    }
  }, [take]);

  const save = useCallback(async () => {
    window.clearTimeout(timer.current);
    try {
      while (running.current || latest.current !== kept.current) {
        const run = running.current ?? attempt();
        running.current = run;
        await run.finally(() => {
          running.current = null;
        });
      }
      return true;
    } catch {
      return false;
    }
  }, [attempt]);

  const change = useCallback(
    (next: ContentDocument) => {
      latest.current = next;
      setDocument(next);
      setState((before) => (before === "conflict" ? before : "unsaved"));
      window.clearTimeout(timer.current);
      if (!theirs.current) timer.current = window.setTimeout(() => void save(), PAUSE);
    },
    [save],
  );

  const settle = (next: Content) => {
    theirs.current = null;
    take(next);
  };

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (latest.current !== kept.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      if (!theirs.current) void save();
    };
  }, [save]);

  return {
    document,
    content,
    state,
    error,
    change,
    save,
    take,
    keepMine: () => {
      if (theirs.current) settle(theirs.current);
      return save();
    },
    loadTheirs: () => {
      if (!theirs.current) return;
      latest.current = theirs.current.document;
      kept.current = theirs.current.document;
      setDocument(theirs.current.document);
      settle(theirs.current);
      setState("saved");
    },
  };
}

/** What somebody else has saved, if that is why this was refused. */
async function otherState(failure: unknown, name: string, revision: string): Promise<Content | null> {
  if (!(failure instanceof Refusal) || failure.status !== 409) return null;
  const found = await contentQuery(name).queryFn();
  return found.revision === revision ? null : found;
}
