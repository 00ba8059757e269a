/** A sender is tried out: a few words to an address, and what the mail server answers. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useSession } from "~/account/queries";
import { addressesIn, TestResults } from "~/content/TestResults";
import { Confirm } from "~/kit/Confirm";
import { useText } from "~/kit/text";
import { type Sender, useTestSender } from "./queries";

export function SenderTest({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const text = useText();
  const me = useSession().data?.name ?? "";
  const [to, setTo] = useState(me.includes("@") ? me : "");
  const test = useTestSender(sender.id);
  return (
    <Confirm
      title={text("senders.testOf", { name: sender.name })}
      hint={text("senders.testHint")}
      action={text("test.send")}
      dismiss={text("kit.close")}
      disabled={!to.trim()}
      pending={test.isPending}
      error={test.error}
      onConfirm={() => test.mutate(addressesIn(to))}
      onClose={onClose}
    >
      <TextInput
        label={text("test.toemail")}
        description={text("test.toHint")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        required
        data-autofocus
      />
      {test.data && <TestResults results={test.data.results} />}
    </Confirm>
  );
}
