/** One email, text message or push notification, while it is written. */
import { Alert, Anchor, Button, Group, VisuallyHidden } from "@mantine/core";
import { IconArrowLeft, IconCircleCheck, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { ContentMenu } from "./ContentMenu";
import { EmailEditor } from "./EmailEditor";
import { ContentState } from "./kinds";
import { Known } from "./known";
import { PushEditor } from "./PushEditor";
import { type Content, useContent, useMakeReady } from "./queries";
import { SaveStatus } from "./SaveStatus";
import { TestSend } from "./TestSend";
import { TextEditor } from "./TextEditor";
import { type Draft, useDraft } from "./useDraft";

export function EditorPage() {
  const { name = "" } = useParams();
  const content = useContent(name);
  // What was kept from an earlier visit may be older than what others have saved since.
  if (!content.isFetchedAfterMount) return <Waiting />;
  return <Answer of={content}>{(found) => <Editor key={name} first={found} />}</Answer>;
}

function Editor({ first }: { first: Content }) {
  const text = useText();
  const draft = useDraft(first);
  const { content } = draft;
  return (
    <Page
      title={content.name}
      wide
      beside={
        <>
          <ContentState state={draft.state === "saved" ? content.state : "Draft"} />
          <SaveStatus draft={draft} />
        </>
      }
      actions={<Actions draft={draft} />}
    >
      <Anchor component={Link} to="/content" size="sm">
        <Group gap={4} mb="sm" component="span">
          <IconArrowLeft size={14} aria-hidden />
          {text("edit.back")}
        </Group>
      </Anchor>
      {content.state === "Ready to send" && draft.state === "saved" && (
        <Alert variant="light" color="green" mb="md" icon={<IconCircleCheck aria-hidden />}>
          {text("edit.isReady", { version: content.version, next: content.version + 1 })}
        </Alert>
      )}
      <Known value={draft.document}>
        <Faces draft={draft} />
      </Known>
    </Page>
  );
}

function Faces({ draft }: { draft: Draft }) {
  switch (draft.document.kind) {
    case "email":
      return <EmailEditor document={draft.document} change={draft.change} />;
    case "text":
      return <TextEditor document={draft.document} change={draft.change} />;
    case "push":
      return <PushEditor document={draft.document} change={draft.change} />;
  }
}

function Actions({ draft }: { draft: Draft }) {
  const text = useText();
  const [asked] = useSearchParams();
  const [isTesting, setTesting] = useState(false);
  const { name, state } = draft.content;
  const ready = useMakeReady(name);
  const isReady = state === "Ready to send" && draft.state === "saved";
  const makeReady = async () => {
    if (await draft.save()) ready.mutate(undefined, { onSuccess: draft.take });
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} aria-hidden />}
        onClick={() => setTesting(true)}
      >
        {text("test.open")}
      </Button>
      {!isReady && (
        <Button loading={ready.isPending} onClick={() => void makeReady()}>
          {text("edit.ready")}
        </Button>
      )}
      <ContentMenu name={name} />
      {isTesting && <TestSend draft={draft} person={asked.get("for")} onClose={() => setTesting(false)} />}
      {ready.error && (
        <Alert color="red" title={text("edit.notReady")} withCloseButton onClose={ready.reset} role="alert">
          <Problems of={ready.error} />
        </Alert>
      )}
      <VisuallyHidden role="status">{isReady && text("edit.becameReady")}</VisuallyHidden>
    </>
  );
}
