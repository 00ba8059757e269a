/** From whom an email is: one of the saved senders, whose reply address comes with it, or a line of one's own. */
import { Autocomplete } from "@mantine/core";
import { useState } from "react";
import { useText } from "~/kit/text";
import { useSenders } from "~/settings/queries";
import type { EmailDocument } from "./queries";
import { fieldId } from "./where";

interface SenderFieldProps {
  document: EmailDocument;
  change: (document: EmailDocument) => void;
}

export function SenderField({ document, change }: SenderFieldProps) {
  const text = useText();
  const saved = useSenders().data ?? [];
  // until something is typed, what stands in the field is not looked for: all senders are shown
  const [isTyping, setTyping] = useState(false);
  const choose = (sender: string) => {
    const found = saved.find((one) => one.line === sender);
    change({ ...document, sender, ...(found ? { reply_to: found.reply_to } : {}) });
  };
  return (
    <Autocomplete
      id={fieldId("sender")}
      label={text("edit.sender")}
      description={text("edit.senderHint")}
      data={saved.map((one) => one.line)}
      value={document.sender ?? ""}
      onChange={choose}
      onInput={() => setTyping(true)}
      onDropdownClose={() => setTyping(false)}
      {...(isTyping ? {} : { filter: ({ options }) => options })}
    />
  );
}
