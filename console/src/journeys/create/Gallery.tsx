/** A place to describe the journey in words, and the templates; those that fit the words come first. */
import {
  Button,
  Card,
  Group,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  ThemeIcon,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { useState } from "react";
import { useText } from "~/kit/text";
import "./gallery.css";
import { matching, TEMPLATES, type Template } from "./templates";

interface GalleryProps {
  onChoose: (template: string) => void;
}

export function Gallery({ onChoose }: GalleryProps) {
  const text = useText();
  const [words, setWords] = useState("");
  const found = matching(words, (id) => `${text(`create.${id}`)} ${text(`create.${id}Hint`)}`);
  return (
    <Stack gap="lg">
      <Group align="flex-end">
        <Textarea
          label={text("create.describe")}
          description={text("create.describeHint")}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          autosize
          minRows={2}
          flex="1 1 320px"
          data-autofocus
        />
        <Button variant="default" onClick={() => onChoose("blank")}>
          {text("create.skip")}
        </Button>
      </Group>
      <div>
        <Title order={2} size="h4" mb="sm">
          {text("create.templates")}
        </Title>
        <Text size="sm" mb="sm" aria-live="polite">
          {found.length === 0 && text("create.noneFits")}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {(found.length ? found : TEMPLATES).map((template) => (
            <Choice key={template.id} template={template} onChoose={onChoose} />
          ))}
        </SimpleGrid>
      </div>
    </Stack>
  );
}

function Choice({ template, onChoose }: GalleryProps & { template: Template }) {
  const text = useText();
  const { id, icon: Icon } = template;
  return (
    <UnstyledButton className="choice" onClick={() => onChoose(id)}>
      <Card withBorder h="100%">
        <Group wrap="nowrap" align="flex-start">
          <ThemeIcon variant="light" size="xl">
            <Icon size={22} aria-hidden />
          </ThemeIcon>
          <div>
            <Text fw={600}>{text(`create.${id}`)}</Text>
            <Text size="sm" c="dimmed">
              {text(`create.${id}Hint`)}
            </Text>
          </div>
        </Group>
      </Card>
    </UnstyledButton>
  );
}
