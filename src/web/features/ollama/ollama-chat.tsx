import { useTranslation } from "react-i18next";
import { api } from "../../app/api.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { AskForm } from "../chat/ask-form.tsx";
import { useConversation } from "../chat/conversation.ts";
import { TurnList } from "../chat/turn-list.tsx";

const voices = (name: string) => [{ voice: "ollama" as const, name }];

/** A conversation with one of our models as Ollama serves it. */
export function OllamaChat({ model, onClose }: { model: string; onClose: () => void }) {
  const { t } = useTranslation("chat");
  const talk = useConversation<"ollama">((_voice, messages, signal) =>
    api.stream("POST /api/ollama/models/{model}/chat", {
      params: { model },
      json: { messages },
      signal,
    }),
  );
  return (
    <Dialog open wide title={t("inOllama", { name: model })} onClose={onClose}>
      <div className="chat chat-dialog">
        <p className="sm muted">{t("inOllamaLead")}</p>
        <TurnList
          turns={talk.turns}
          voices={voices(model)}
          label={t("inOllama", { name: model })}
          answering={talk.answering}
        />
        <AskForm
          answering={talk.answering}
          onSend={(question) => void talk.send(question, ["ollama"])}
          onStop={talk.stop}
        />
      </div>
    </Dialog>
  );
}
