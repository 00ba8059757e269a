/** The panel of the start's tile. */
import { Divider } from "@mantine/core";
import { useDocument, useEditor } from "../editor";
import { StartFields } from "./StartFields";
import { WatchFields } from "./WatchFields";

export function StartPanel() {
  const document = useDocument();
  const edit = useEditor((editor) => editor.edit);
  return (
    <>
      <StartFields
        value={document.start}
        onChange={(start) => edit({ ...document, start }, { field: "start" })}
      />
      <Divider />
      <WatchFields document={document} onChange={(to) => edit(to, { field: "watch" })} />
    </>
  );
}
