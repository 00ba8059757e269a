/** Lets in whoever is logged in, or comes by a login link; asks everybody else to log in, at whatever address they
 * came to. */
import { Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type ReactNode, useEffect, useState } from "react";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { Entrance } from "./Entrance";
import { takenToken } from "./link";
import { useLogin, useSession } from "./queries";

export function LoginGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const login = useLogin();
  const { mutate } = login;
  const who = session.data;
  useEffect(() => {
    if (who === undefined) return;
    const token = takenToken();
    if (token && who === null) mutate({ token });
  }, [who, mutate]);
  // whoever is logged out while they are at work finds it as it was when they are in again
  const [worker, setWorker] = useState<string>();
  if (who && who.name !== worker) setWorker(who.name);
  return (
    <Answer of={session}>
      {(known) => (
        <>
          {worker !== undefined && (
            <div key={worker} style={{ display: known ? "contents" : "none" }}>
              {children}
            </div>
          )}
          {!known && <Login login={login} isBack={worker !== undefined} />}
        </>
      )}
    </Answer>
  );
}

function Login({ login, isBack }: { login: ReturnType<typeof useLogin>; isBack: boolean }) {
  const text = useText();
  const form = useForm({ initialValues: { email: "", password: "" } });
  if (login.isPending && "token" in login.variables) return <Waiting />;
  return (
    <Entrance title={text("account.login")} onSubmit={form.onSubmit((given) => login.mutate(given))}>
      {isBack && <Text size="sm">{text("account.lapsed")}</Text>}
      <TextInput
        label={text("account.email")}
        type="email"
        autoComplete="username"
        required
        {...form.getInputProps("email")}
      />
      <PasswordInput
        label={text("account.password")}
        autoComplete="current-password"
        required
        {...form.getInputProps("password")}
      />
      {login.error && <Problems of={login.error} />}
      <Button type="submit" loading={login.isPending}>
        {text("account.login")}
      </Button>
    </Entrance>
  );
}
