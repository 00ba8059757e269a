/** Copying and deleting a content. What the server refuses is shown with its reason. */
import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Confirm } from "~/kit/Confirm";
import { useText } from "~/kit/text";
import { useCopyContent, useDeleteContent } from "./queries";
import { slugOf } from "./starts";

export function ContentMenu({ name }: { name: string }) {
  const text = useText();
  const [asked, setAsked] = useState<"copy" | "remove" | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={text("content.actions", { name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => setAsked("copy")}>
            {text("kit.asks", { action: text("content.copy") })}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsked("remove")}>
            {text("kit.asks", { action: text("content.remove") })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "copy" && <Copy name={name} onClose={close} />}
      {asked === "remove" && <Remove name={name} onClose={close} />}
    </>
  );
}

interface DialogProps {
  name: string;
  onClose: () => void;
}

function Copy({ name, onClose }: DialogProps) {
  const text = useText();
  const navigate = useNavigate();
  const copy = useCopyContent(name);
  const [title, setTitle] = useState(`${name}-copy`);
  const slug = slugOf(title);
  return (
    <Confirm
      title={text("content.copy")}
      hint={text("content.copyHint")}
      action={text("content.copy")}
      disabled={!slug}
      pending={copy.isPending}
      error={copy.error}
      onConfirm={() => copy.mutate(slug, { onSuccess: (made) => navigate(`/content/${made.name}`) })}
      onClose={onClose}
    >
      <TextInput
        label={text("new.name")}
        description={text("new.nameHint", { name: slug })}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
    </Confirm>
  );
}

function Remove({ name, onClose }: DialogProps) {
  const text = useText();
  const navigate = useNavigate();
  const remove = useDeleteContent(name);
  return (
    <Confirm
      title={text("content.remove")}
      hint={text("content.removeHint", { name })}
      action={text("content.remove")}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            onClose();
            void navigate("/content");
          },
        })
      }
      onClose={onClose}
    />
  );
}
