/** The draft as the server shows it, a moment after each change; and the last state that could be shown. */
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type ContentDocument, type DraftPreview, usePreview } from "./queries";

const PAUSE = 300;

export function useLivePreview(document: ContentDocument) {
  const [asked] = useSearchParams();
  const [settled] = useDebouncedValue(document, PAUSE);
  const { data: preview, error } = usePreview(settled, asked.get("for"));
  const [shown, setShown] = useState<DraftPreview["shown"]>(null);
  if (preview?.shown && preview.shown !== shown) setShown(preview.shown);
  return { preview, shown, error };
}
