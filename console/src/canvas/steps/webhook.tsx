/** Call an address of the author's own, signed. */
import { TextInput } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { JsonField } from "../fields/JsonField";
import type { PanelProps, StepKind } from "./kind";

function Panel({ step, change }: PanelProps<"webhook">) {
  const text = useText();
  return (
    <>
      <TextInput
        type="url"
        label={text("steps.address")}
        description={text("steps.addressHint")}
        value={step.url}
        onChange={(event) => change({ ...step, url: event.currentTarget.value }, "url")}
      />
      <JsonField
        label={text("steps.body")}
        description={text("steps.bodyHint")}
        value={step.body ?? undefined}
        onChange={(body) => {
          const { body: _body, ...rest } = step;
          change(body ? { ...rest, body } : rest, "body");
        }}
      />
    </>
  );
}

export const webhook: StepKind<"webhook"> = {
  group: "actions",
  icon: IconWebhook,
  colour: "indigo",
  fresh: ({ id }) => ({ id: id("webhook"), kind: "webhook", url: "" }),
  summary: ({ url }, text) => url.replace(/^https:\/\//, "") || text("steps.giveAddress"),
  Panel,
};
