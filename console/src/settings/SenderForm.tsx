/** A sender is added or changed; whoever changes one is told which emails keep what they have. */
import { Checkbox, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Confirm } from "~/kit/Confirm";
import { useText } from "~/kit/text";
import { type Sender, useAddSender, useChangeSender, useSenders } from "./queries";

interface SenderFormProps {
  /** The one to change; without it, a new one is added. */
  sender?: Sender;
  onClose: () => void;
}

export function SenderForm({ sender, onClose }: SenderFormProps) {
  const text = useText();
  const add = useAddSender();
  const change = useChangeSender(sender?.id ?? 0);
  const save = sender ? change : add;
  const hasDefault = useSenders().data?.some((one) => one.default);
  const form = useForm({
    initialValues: {
      name: sender?.name ?? "",
      address: sender?.address ?? "",
      reply_to: sender?.reply_to ?? "",
      default: sender?.default ?? !hasDefault,
    },
  });
  const submit = () => {
    const given = form.getValues();
    save.mutate({ ...given, reply_to: given.reply_to.trim() || null }, { onSuccess: onClose });
  };
  return (
    <Confirm
      title={sender ? text("senders.changeOf", { name: sender.name }) : text("senders.add")}
      hint={sender ? text("senders.kept", { count: sender.used_by.length }) : text("senders.new")}
      action={text("kit.save")}
      pending={save.isPending}
      error={save.error}
      onConfirm={submit}
      onClose={onClose}
    >
      <TextInput
        label={text("senders.name")}
        description={text("senders.nameHint")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label={text("senders.address")}
        description={text("senders.addressHint")}
        inputMode="email"
        required
        {...form.getInputProps("address")}
      />
      <TextInput
        label={text("senders.replyTo")}
        description={text("senders.replyToHint")}
        inputMode="email"
        {...form.getInputProps("reply_to")}
      />
      <Checkbox label={text("senders.isDefault")} {...form.getInputProps("default", { type: "checkbox" })} />
    </Confirm>
  );
}
