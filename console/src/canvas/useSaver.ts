/** The saver of the open journey: whom it tells, and when it saves besides: as people look away, leave, or come back. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { isStranger, SESSION, useSession } from "~/account/queries";
import { useEditorStore } from "./editor";
import { type Journey, readDraft, saveDraft } from "./queries";
import { createSaver, type Saver } from "./saving";

export function useSaver(journey: Journey): Saver {
  const editor = useEditorStore();
  const client = useQueryClient();
  const session = useSession().data;
  const [saver] = useState(() =>
    createSaver(editor, journey, {
      save: async (document, revision) => {
        const saved = await saveDraft(journey.id, document, revision).catch((why: unknown) => {
          if (isStranger(why)) void client.invalidateQueries({ queryKey: SESSION });
          throw why;
        });
        await client.invalidateQueries({ queryKey: ["journeys"], refetchType: "none" });
        return saved;
      },
      read: () => readDraft(journey.id),
    }),
  );
  // whoever was logged out meanwhile, and is in again, goes on where they were
  useEffect(() => {
    if (session) void saver.save();
  }, [session, saver]);
  useEffect(() => {
    const save = () => void saver.save();
    const leave = (event: BeforeUnloadEvent) => {
      if (saver.store.getState().state.now === "saved" && !editor.getState().isUnread) return;
      save();
      event.preventDefault();
    };
    const look = () => document.visibilityState === "hidden" && save();
    window.addEventListener("beforeunload", leave);
    window.addEventListener("online", save);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("beforeunload", leave);
      window.removeEventListener("online", save);
      document.removeEventListener("visibilitychange", look);
      save();
    };
  }, [saver, editor]);
  return saver;
}
