/** Before publishing: who starts, who is held back and why, what forbids it, and what would happen to everybody. */
import { Alert, Button, Grid, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconSend } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Confirm } from "~/kit/Confirm";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { placesOf } from "../places";
import { type Journey, useLife } from "../queries";
import { AudienceCard } from "./AudienceCard";
import { Found } from "./Found";
import { type Outlook, useDraft, useOutlook, useRehearse } from "./queries";
import { RehearsalCard } from "./RehearsalCard";

const Rehearsed = lazy(async () => ({ default: (await import("./Rehearsed")).Rehearsed }));

export function PublishPage() {
  const { id = "" } = useParams();
  const draft = useDraft(id);
  const outlook = useOutlook(id);
  return (
    <Answer of={draft}>
      {(journey) => <Answer of={outlook}>{(found) => <Shown journey={journey} outlook={found} />}</Answer>}
    </Answer>
  );
}

function Shown({ journey, outlook }: { journey: Journey; outlook: Outlook }) {
  const text = useText();
  const rehearse = useRehearse(journey.id);
  const { problems, warnings } = outlook;
  const mayPublish = problems.length === 0 && journey.state === "Draft";
  return (
    <Page
      title={text("publish.title", { name: journey.name })}
      actions={
        <Group gap="xs">
          <Button variant="default" component={Link} to={placesOf(journey).edit}>
            {text("life.edit")}
          </Button>
          <Publish journey={journey} mayPublish={mayPublish} />
        </Group>
      }
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {problems.length > 0 ? (
              <Alert
                color="red"
                icon={<IconAlertTriangle aria-hidden />}
                title={text("publish.problems", { count: problems.length })}
              >
                <Found journey={journey} found={problems} />
              </Alert>
            ) : (
              <Alert color="green" icon={<IconCheck aria-hidden />} title={text("publish.ready")} />
            )}
            {warnings.length > 0 && (
              <Alert
                color="yellow"
                icon={<IconInfoCircle aria-hidden />}
                title={text("publish.warnings", { count: warnings.length })}
              >
                <Found journey={journey} found={warnings} />
              </Alert>
            )}
            <AudienceCard journey={journey} audience={outlook.audience} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <RehearsalCard journey={journey} rehearse={rehearse} />
        </Grid.Col>
      </Grid>
      {rehearse.data && (
        <Suspense fallback={<Waiting />}>
          <Rehearsed key={rehearse.submittedAt} journey={journey} found={rehearse.data} />
        </Suspense>
      )}
    </Page>
  );
}

function Publish({ journey, mayPublish }: { journey: Journey; mayPublish: boolean }) {
  const text = useText();
  const navigate = useNavigate();
  const { publish } = useLife(journey.id);
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button
        leftSection={<IconSend size={16} aria-hidden />}
        disabled={!mayPublish}
        onClick={() => setAsked(true)}
      >
        {text("publish.publish")}
      </Button>
      {isAsked && (
        <Confirm
          title={text("publish.confirmTitle", { name: journey.name })}
          hint={text("publish.confirmHint")}
          action={text("publish.publish")}
          pending={publish.isPending}
          error={publish.error}
          onConfirm={() =>
            publish.mutate(journey.revision, { onSuccess: () => navigate(placesOf(journey).open) })
          }
          onClose={() => setAsked(false)}
        >
          <Text size="sm" fw={600}>
            {journey.name}
          </Text>
        </Confirm>
      )}
    </>
  );
}
