/** What the three kinds of messages share: the content, and the attribute that holds the address. */
import { useEffect } from "react";
import { useText } from "~/kit/text";
import { attributesOf, useAudience } from "../around";
import { useEditor } from "../editor";
import { ContentPicker } from "../fields/ContentPicker";
import { NameSelect } from "../fields/NameSelect";
import type { StepOf } from "../model/document";
import type { Audience } from "../queries";
import type { Around, PanelProps } from "./kind";

type Channel = "email" | "text" | "push";

/** The type of the attributes that hold an address of the channel. */
const ADDRESS = { email: "email", text: "phone", push: "text" } as const;

/** Where the audience keeps such addresses, if it says so; of push messages nobody does. */
export function defaultTo(channel: Channel, audience: Audience | undefined): string {
  if (channel === "push") return "";
  return (channel === "email" ? audience?.email_attribute : audience?.phone_attribute) ?? "";
}

export function freshMessage<K extends Channel>(kind: K, { id, audience }: Around) {
  return { id: id(kind), kind, content: "", to: defaultTo(kind, audience) };
}

export function MessagePanel<K extends Channel>({ step, change }: PanelProps<K>) {
  const text = useText();
  const audience = useAudience();
  const message: StepOf<Channel> = step;
  const usual = defaultTo(message.kind, audience);
  const set = (to: Partial<StepOf<Channel>>) => change({ ...message, ...to } as StepOf<K>);
  const amend = useEditor((state) => state.amend);
  const isWithoutAddress = message.to === "" && usual !== "";
  // a step made before the audience was known gets its default as soon as it is looked at
  useEffect(() => {
    if (isWithoutAddress) amend(message.id, { to: usual });
  }, [isWithoutAddress, usual, message.id, amend]);
  return (
    <>
      <ContentPicker kind={message.kind} value={message.content} onChange={(content) => set({ content })} />
      <NameSelect
        label={text("steps.sendTo")}
        description={text(`steps.sendTo_${message.kind}`)}
        names={attributesOf(audience, ADDRESS[message.kind])}
        value={message.to}
        onChange={(to) => set({ to })}
      />
    </>
  );
}
