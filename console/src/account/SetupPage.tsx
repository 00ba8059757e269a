/** Makes the first account, with the token that stands behind the # of the set-up link. */
import { Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Entrance } from "./Entrance";
import { useSetup } from "./queries";

export function SetupPage() {
  const text = useText();
  const setup = useSetup();
  const navigate = useNavigate();
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  const form = useForm({ initialValues: { workspace: text("app.name"), email: "", password: "" } });
  const submit = form.onSubmit((given) =>
    setup.mutate(
      { token: token ?? "", ...given },
      { onSuccess: () => navigate("/journeys", { replace: true }) },
    ),
  );
  return (
    <Entrance title={text("account.setup")} onSubmit={submit}>
      <Text size="sm">{text(token ? "account.setupHint" : "account.noToken")}</Text>
      <TextInput label={text("account.workspace")} required {...form.getInputProps("workspace")} />
      <TextInput
        label={text("account.email")}
        type="email"
        autoComplete="username"
        required
        {...form.getInputProps("email")}
      />
      <PasswordInput
        label={text("account.password")}
        description={text("account.passwordHint")}
        autoComplete="new-password"
        required
        minLength={12}
        {...form.getInputProps("password")}
      />
      {setup.error && <Problems of={setup.error} />}
      <Button type="submit" loading={setup.isPending} disabled={!token}>
        {text("account.create")}
      </Button>
    </Entrance>
  );
}
