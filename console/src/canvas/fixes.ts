/** Problems whose mending is clear: what the button says, and what it does. */
import { notifications } from "@mantine/notifications";
import { useText } from "~/kit/text";
import { useAudience } from "./around";
import { useDocument, useEditor } from "./editor";
import type { Mark } from "./marks";
import { findStep } from "./model/document";
import { change } from "./model/edit";
import { isMessage } from "./model/outcomes";
import { segmentsAt } from "./model/segments";
import { useMakeLive, useMakeReady, useSegments } from "./queries";
import { defaultTo } from "./steps/MessagePanel";

export interface Fix {
  label: string;
  act(): void;
}

const SEND_TO = ["send_to_missing", "send_to_wrong_kind", "not_chosen"];

export function useFix(mark: Mark): Fix | undefined {
  const text = useText();
  const document = useDocument();
  const audience = useAudience();
  const edit = useEditor((state) => state.edit);
  const segments = useSegments().data;
  const makeReady = useMakeReady();
  const makeLive = useMakeLive();
  const step = findStep(document, mark.step);
  const told = { onError: (error: Error) => notifications.show({ color: "red", message: error.message }) };

  if (mark.code === "content_not_ready" && isMessage(step))
    return {
      label: text("fix.makeReady", { name: step.content }),
      act: () => makeReady.mutate(step.content, told),
    };
  const to = isMessage(step) ? defaultTo(step.kind, audience) : "";
  if (SEND_TO.includes(mark.code) && isMessage(step) && to && step.to !== to)
    return {
      label: text("fix.sendTo", { name: to }),
      act: () => edit(change(document, step.id, { ...step, to })),
    };
  if (mark.code === "segment_not_live") {
    const named = segmentsAt(document, mark.step);
    const name = named.find((one) => segments?.some((s) => s.name === one && s.state !== "Live"));
    if (name) return { label: text("fix.makeLive", { name }), act: () => makeLive.mutate(name, told) };
  }
  if (mark.code === "start_in_past")
    return {
      label: text("fix.startAtOnce"),
      act: () => edit({ ...document, start: { ...document.start, at: "publication" } }),
    };
  if (mark.code === "end_in_past" || mark.code === "end_before_start")
    return {
      label: text("fix.noEnd"),
      act: () => {
        const { end: _end, ...start } = document.start;
        edit({ ...document, start });
      },
    };
  return undefined;
}
