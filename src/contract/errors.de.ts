import type { errorSentencesEn } from "./errors.en.ts";

/** German sentences, with the same keys and placeholders as the English ones. */
export const errorSentencesDe = {
  internal:
    "In Tunesmith ist etwas schiefgegangen: {detail}. Bitte zusammen mit dem Protokoll melden.",
  bad_request: "Die Anfrage ist nicht zu verstehen: {detail}.",
  body_too_large: "Der Inhalt der Anfrage ist größer als {limit}.",
  upload_incomplete:
    "Die Übertragung von {file} ist nach {received} Bytes abgebrochen. Gespeichert wurde nichts; bitte noch einmal senden.",
  not_found: "Nicht gefunden: {what} „{name}“.",
  forbidden_host:
    "Anfragen an den Rechnernamen „{host}“ werden abgelehnt. Tunesmith ist unter der Adresse zu öffnen, die es beim Start genannt hat.",
  forbidden_origin: "Anfragen von der Seite „{origin}“ werden abgelehnt.",
  token_required:
    "Dieser Server ist von anderen Computern aus erreichbar und verlangt deshalb das Token, das er beim Start genannt hat.",

  name_invalid:
    "„{name}“ eignet sich nicht als Name: {reason}. Erlaubt sind Buchstaben, Ziffern, Leerzeichen, Punkte und Striche.",
  path_refused: "„{name}“ ist kein einfacher Name: Pfade wie „../“ werden abgelehnt.",

  parameter_unknown: "Es gibt keinen Parameter „{field}“. War „{nearest}“ gemeint?",
  parameter_unknown_no_match:
    "Es gibt keinen Parameter „{field}“. `tunesmith parameters` zählt alle auf.",
  parameter_type: "{field} muss {expected} sein, ist aber {value}.",
  parameter_range: "{field} muss {limit} sein, ist aber {value}.",
  parameter_option: "{field} muss einer der Werte {options} sein, ist aber {value}.",
  precision_conflict:
    "fp16 und bf16 schließen einander aus. Eines von beiden ausschalten oder beide ungesetzt lassen, dann wird von selbst gewählt.",
  lora_tied_target:
    "{module} kann hier kein Ziel von LoRA sein: Dieses Modell teilt es mit seiner Eingabe-Einbettung, und das Verschmelzen ginge falsch aus. Stattdessen in modules_to_save aufnehmen.",
  lora_target_unknown: "Dieses Modell hat keine Schicht „{module}“. Es hat: {available}.",
  preset_unknown: "Es gibt keine Voreinstellung „{name}“. Es gibt: {available}.",

  revision_conflict:
    "„{name}“ wurde inzwischen anderswo geändert (Fassung {current}, hier {yours}). Neu laden und die Änderung wiederholen.",
  project_training:
    "„{name}“ trainiert gerade. Die Einstellungen lassen sich ändern, sobald Lauf {run} beendet oder abgebrochen ist.",
  project_name_required: "Ein Projekt braucht einen Namen.",
  file_unreadable:
    "{file} lässt sich nicht lesen: {detail}. Die Datei wurde als {aside} beiseitegelegt; gelöscht wurde nichts.",
  file_unreachable: "{file} lässt sich nicht lesen: {detail}. Geändert wurde nichts.",
  file_invalid:
    "{file} ist nicht zu gebrauchen: {detail}. Bitte berichtigen; geändert wurde nichts.",
  lock_held: "An „{name}“ wird seit 30 Sekunden anderswo gearbeitet. Später noch einmal versuchen.",
  file_too_new:
    "{file} stammt von einem neueren Tunesmith (Format {version}, dieses liest bis {known}). Tunesmith aktualisieren; geändert wurde nichts.",
  workspace_read_only:
    "In den Arbeitsordner {folder} lässt sich nicht schreiben: {detail}. Mit TUNESMITH_HOME einen anderen wählen oder seine Zugriffsrechte berichtigen.",
  workspace_locked:
    "Ein anderer Tunesmith-Server benutzt den Arbeitsordner {folder} bereits: {address}.",
  disk_full:
    "Der Datenträger ist voll: {file} ließ sich nicht schreiben ({needed} nötig, {free} frei). Platz schaffen und fortsetzen; verloren ist nichts.",

  data_missing:
    "„{name}“ hat noch keine Beispiele. Eine JSONL-Datei lässt sich mit `tunesmith new … --data <Datei>` hinzufügen.",
  data_file_changed:
    "{file} wurde inzwischen anderswo geändert. Bitte neu laden; nichts wurde überschrieben.",
  data_file_exists:
    "Eine Datei {file} gibt es schon, mit anderem Inhalt. Entweder diese ersetzen (ihre Verbesserungen bleiben bei ihr) oder die neue als {free} hinzufügen. Nichts wurde überschrieben.",
  data_check_stopped:
    "Das Lesen der Zeilen wurde angehalten. Neu lesen, um sie zu sehen; verloren ist nichts.",
  data_file_missing: "Die Datei {file} gibt es nicht.",
  data_empty_file: "{file} ist leer. Nötig ist ein Beispiel je Zeile, etwa {example}.",
  data_no_room:
    "{file} ist {needed} groß, in {folder} sind aber nur {free} frei, und etwas muss frei bleiben. `tunesmith disk` sagt, was sich gefahrlos löschen lässt; gespeichert wurde nichts.",
  data_encoding_unknown:
    "„{encoding}“ ist keine Zeichenkodierung, die sich lesen lässt. Möglich sind Namen wie utf-8, windows-1252, gb18030 oder utf-16le.",
  data_gzip_broken:
    "{file} ist mit gzip gepackt und lässt sich nicht entpacken: {detail}. Neu packen oder ungepackt hinzufügen.",
  data_parquet_broken:
    "{file} ist eine Parquet-Datei, die sich nicht lesen lässt: {detail}. Neu schreiben.",
  data_excel_broken:
    "{file} ist eine Excel-Arbeitsmappe, die sich nicht lesen lässt: {detail}. Neu als .xlsx oder CSV speichern.",
  data_excel_too_large:
    "{file} ist entpackt größer als {limit} MB, was ganz in den Speicher müsste. Als CSV speichern.",
  data_excel_protected:
    "{file} ist durch ein Kennwort geschützt oder im alten .xls-Format. Als .xlsx ohne Kennwort oder als CSV speichern.",
  data_archive:
    "{file} ist ein Zip-Archiv, auch wenn der Name anderes sagt. Entpacken und die Dateien darin hinzufügen.",
  data_document:
    "{file} ist ein {kind}-Dokument und hat keine Zeilen. Zuerst Beispiele daraus machen.",
  data_not_text: "{file} enthält weder Text noch eine bekannte Form von Zeilen.",
  data_too_much_memory:
    "Das Lesen von {file} braucht mehr Speicher, als dafür vorgesehen ist. Die Datei teilen oder als JSON Lines speichern.",
  data_too_many_columns:
    "{file} hat {columns} Spalten; höchstens {limit} werden gelesen. Ist das Trennzeichen das richtige?",
  data_column_unknown: "{file} hat keine Spalte „{column}“. Vorhanden sind: {available}.",
  data_no_usable_rows:
    "Von {rows|Zeile|Zeilen} in {file} ist keine zu gebrauchen; der erste Grund steht in Zeile {line}: {reason}.",
  row_json: "Zeile {line} von {file} ist kein gültiges JSON: {detail}.",
  row_not_object: "Zeile {line} von {file} ist kein Objekt.",
  row_encoding:
    "Zeile {line} von {file} enthält Bytes, die ihre Zeichenkodierung nicht kennt (Byte {byte}). Die Datei als UTF-8 speichern.",
  row_too_large: "Zeile {line} von {file} ist {bytes} Bytes lang; die Grenze liegt bei {limit}.",
  row_keys:
    "Zeile {line} von {file} hat die Schlüssel {keys}; das ist keine bekannte Form. Angeben, welche Spalte die Frage und welche die Antwort ist, oder messages, prompt/completion oder instruction/output verwenden.",
  row_no_answer: "Zeile {line} von {file} hat keine Antwort.",
  row_no_question: "Zeile {line} von {file} hat keine Frage.",
  row_field_type: "Zeile {line} von {file}: {field} muss {expected} sein, ist aber {found}.",
  row_role:
    "Zeile {line} von {file}: Die Rolle „{role}“ in Nachricht {message} ist unbekannt. Möglich sind system, user und assistant.",
  row_role_order: "Zeile {line} von {file}: {detail}.",
  row_no_text: "Zeile {line} von {file} hat keinen Text.",
  row_part:
    "Zeile {line} von {file}: {field} ist von der Art „{type}“. Lernen lässt sich nur aus Text.",
  row_tool_call:
    "Zeile {line} von {file} hat einen Werkzeugaufruf, der sich nicht lesen lässt: {detail}.",
  row_tools: "Zeile {line} von {file} hat Werkzeuge, die sich nicht lesen lassen: {detail}.",
  row_weight:
    "Zeile {line} von {file}: Nachricht {message} hat das Gewicht 0, aber jede Antwort einer Zeile wird gelernt. Herausnehmen oder zur Frage schlagen.",
  row_cells: "Zeile {line} von {file} hat {cells} Zellen, aber die Kopfzeile benennt {columns}.",
  row_cut_off:
    "{file} endet bei Zeile {line}, ohne dass seine Liste geschlossen ist: Die Datei ist vermutlich abgeschnitten, und Zeilen fehlen. Neu exportieren oder die fehlende ] ergänzen, wenn sie vollständig ist.",
  row_quote_open:
    "Zeile {line} von {file} öffnet ein Anführungszeichen, das nie geschlossen wird; was dahinter steht, lässt sich nicht trennen.",
  row_quote_too_far:
    "Zeile {line} von {file} ist länger als {limit} Bytes; entweder hat sie viel zu viele Spalten, oder sie öffnet ein Anführungszeichen, das nicht geschlossen wird. Was dahinter steht, lässt sich nicht trennen.",
  row_surrogate: "Zeile {line} von {file} enthält ein halbes Zeichen (ein einzelnes Surrogat).",
  row_too_long: "Zeile {line} von {file} hat {tokens} Tokens, mehr als max_length {limit}.",
  row_answer_too_long:
    "Zeile {line} von {file} lässt sich nicht auf max_length {limit} kürzen: Mit ganzer Antwort und ganzem Systemprompt hat sie noch {tokens} Tokens.",
  row_shortened_turns:
    "Zeile {line} von {file} wurde von {before} auf {tokens} Tokens gekürzt; die {messages|älteste Nachricht fehlt|ältesten Nachrichten fehlen}.",
  row_shortened_start:
    "Zeile {line} von {file} wurde von {before} auf {tokens} Tokens gekürzt: Nur ihr letzter Wechsel ist geblieben, ohne den Anfang der Frage.",
  row_control_token:
    "Zeile {line} von {file} enthält „{token}“, was das Modell als Steuerzeichen liest. Entfernen oder umschreiben.",
  row_not_learnable: "Zeile {line} von {file}: Kein Token der Antwort lässt sich lernen: {detail}.",
  row_in_check:
    "Zeile {line} von {file} steht auch in den Prüfdateien; sie zu lernen würde die Messung verderben.",
  row_fixed_away:
    "Zeile {line} von {file} wurde beim Beheben weggelassen ({finding}). Eine frühere Fassung bringt sie zurück.",
  findings_stale:
    "Die Beispiele oder ihre Einstellungen haben sich seit der Durchsicht geändert. Erst noch einmal durchsehen, dann beheben.",
  fix_unsuitable: "„{fix}“ passt nicht zum Befund „{finding}“. Möglich sind: {available}.",
  row_tools_lost:
    "Zeile {line} von {file} verwendet das Werkzeug {name}, das die Chat-Vorlage des Modells weglässt. Ein Modell wählen, das Werkzeuge kennt.",
  row_template:
    "Zeile {line} von {file} lässt sich mit der Chat-Vorlage des Modells nicht darstellen: {detail}.",

  document_type: "{file} ist kein lesbares Dokument. Möglich sind {available}.",
  document_protected:
    "{file} ist durch ein Kennwort geschützt. Ohne Kennwort speichern und noch einmal hinzufügen.",
  document_no_text:
    "{file} enthält keinen Text ({pages|Seite|Seiten}): Es sind Bilder von Text, oder es ist leer. Erst mit einer Texterkennung (OCR) durchsuchbar machen.",
  document_unreadable: "{file} lässt sich nicht lesen: {detail}.",
  document_too_large: "{file} ist größer als {limit}. Das Dokument teilen.",
  document_unpacks_too_large:
    "{file} ist ausgepackt größer als {limit} und müsste zum Lesen in den Arbeitsspeicher. Das Dokument teilen oder die Bilder entfernen.",
  draft_key_missing:
    "{address} verlangt einen Schlüssel. Erst einen für diese Adresse hinterlegen.",
  draft_unreachable:
    "{address} ist nicht erreichbar: {detail}. Was bis dahin entworfen war, bleibt.",
  draft_refused:
    "{address} hat die Anfrage abgelehnt ({status}): {detail}. Was bis dahin entworfen war, bleibt.",
  draft_reply_invalid:
    "{address} hat in einer Form geantwortet, die sein Protokoll nicht kennt: {detail}.",
  draft_none_approved: "Noch kein Entwurf ist freigegeben. Erst lesen und die richtigen freigeben.",

  model_not_found: "Unter {path} liegt kein Modell.",
  model_no_tokenizer:
    "Der Modellordner {path} hat keine tokenizer.json. Das vollständige Modell holen oder seinen Tokenizer in dieses Format umwandeln.",
  model_no_template:
    "Das Modell in {path} hat keine Chat-Vorlage und ist deshalb kein Chat-Modell. Eine Instruct-Fassung wählen.",
  model_no_weights: "Der Modellordner {path} hat keine Gewichte als *.safetensors.",
  model_pickle_only:
    "Das Modell in {path} hat seine Gewichte nur als Pickle ({file}), und das kann beim Öffnen fremden Code ausführen. Eine Fassung mit *.safetensors wählen.",
  model_unknown_architecture:
    "Die Architektur {architecture} des Modells in {path} ist dem Trainingswerk nicht bekannt.",
  model_config_invalid: "{file} des Modells lässt sich nicht lesen: {detail}.",

  engine_missing:
    "Das Trainingswerk ist nicht installiert. Einmal `npm start` oder `tunesmith doctor --repair` ausführen.",
  engine_platform:
    "Das Trainingswerk lässt sich auf {platform} nicht installieren: PyTorch und llama.cpp gibt es fertig nur für {known}. Tunesmith auf einem davon benutzen.",
  engine_no_python:
    "Das Training braucht Python 3.11, 3.12, 3.13 oder 3.14, und keines wurde gefunden. Mit `{command}` installieren und dann neu starten.",
  engine_no_venv:
    "{python} hat weder pip noch das Modul venv, damit lässt sich nichts installieren. Beides mit `{command}` installieren und dann neu starten.",
  engine_no_git:
    "git wurde nicht gefunden; damit wird der Umwandler von llama.cpp entpackt. Mit `{command}` installieren und dann neu starten.",
  engine_no_npm:
    "npm wurde nicht gefunden; damit werden die Bibliotheken von llama.cpp geholt. Installieren (es gehört zu Node von nodejs.org) und dann neu starten.",
  engine_no_disk:
    "Das Trainingswerk braucht {needed} freien Platz in {folder}, dort sind {free} übrig. Platz schaffen oder mit `TUNESMITH_ENGINE=/pfad/zum/ordner` einen Ordner auf einem anderen Datenträger nennen und dann neu starten.",
  engine_no_network:
    "Das Herunterladen ist fehlgeschlagen ({what}): {detail}. Den Computer mit dem Internet verbinden oder HTTPS_PROXY setzen, wo der Weg über einen Proxy führt, und dann neu starten.",
  engine_folder:
    "Das Trainingswerk lässt sich nicht nach {folder} schreiben: {detail}. Den Ordner beschreibbar machen oder mit `TUNESMITH_ENGINE=/pfad/zum/ordner` einen anderen nennen und dann neu starten.",
  engine_install_failed:
    "Die Installation ist fehlgeschlagen ({what}): {detail}. Die ganze Ausgabe steht in {log}. Ein neuer Start versucht es noch einmal.",
  python_failed:
    "Das Trainingswerk ist unerwartet stehen geblieben ({detail}). Die letzten Zeilen seines Protokolls: {log}",

  trainer_refused: "Das Trainingswerk lehnt ab: {detail}",

  run_none: "„{project}“ hat noch keinen Lauf. Erst trainieren: tunesmith train {project}.",
  run_none_at_all:
    "Es gibt noch keinen Lauf. Erst ein Projekt trainieren: tunesmith train <Projekt>.",
  run_not_found: "Es gibt keinen Lauf „{id}“ in „{project}“.",
  run_active: "Lauf {id} ist noch im Gange.",
  run_is_trial:
    "Dieser Lauf ist ein Versuch einer Reihe: Er wird trainiert und gemessen, aber nicht exportiert. Ein Modell wird daraus auf Wunsch.",
  run_not_trial: "Lauf {id} ist kein Versuch einer Reihe: Sein Modell ist schon gemacht.",
  sweep_empty:
    "Eine Versuchsreihe braucht mindestens zwei verschiedene Versuche. Einem Parameter mehr als einen Wert geben.",
  sweep_too_many:
    "Die Reihe hat {trials} Versuche; höchstens {most} gehen auf einmal. Weniger Werte nehmen.",
  four_bit_question:
    "Der Speicher würde ausgehen: Selbst mit den kleinsten Batches werden etwa {needed} gebraucht, und {free} sind frei. Mit den Gewichten in 4 Bit wären es {reduced}. Das muss jemand erlauben: --allow-4bit, oder load_in_4bit in den Einstellungen.",
  memory_four_bit:
    "Der Speicher ging vor dem ersten Schritt aus, selbst mit den kleinsten Batches. Mit den Gewichten in 4 Bit wird weniger gebraucht; das muss jemand erlauben. Erlauben, Speicher freimachen oder ein kleineres Modell wählen.",
  four_bit_too_late:
    "Lauf {id} hat schon etwas gelernt; seine Gewichte lassen sich nur vor dem ersten Schritt in 4 Bit laden. Einen neuen Lauf starten.",
  run_trained:
    "Lauf {id} ist schon fertig trainiert; seine Einstellungen lassen sich nicht mehr ändern. Einen neuen Lauf starten.",
  run_not_active: "Lauf {id} ist nicht im Gange; sein Stand: {status}.",
  run_not_finished: "Von Lauf {id} gibt es noch nichts auszugeben; sein Stand: {status}.",
  run_spec_invalid:
    "run.json von {id} ist nicht gültig: {detail}. Die Datei blieb, wie sie war. Aus einer Kopie wiederherstellen oder den Lauf löschen.",
  run_device_busy: "Ein anderer Lauf benutzt {device} bereits: {id}. Dieser wartet.",
  run_not_queued: "Lauf {id} wartet nicht in der Warteschlange.",
  run_stopped_often:
    "Der Prozess dieses Laufs ist {count|Mal|Male} gestorben, zuletzt in der Stufe {stage}. Er wird nicht mehr von selbst aufgenommen. In worker.log nachsehen und ihn dann fortsetzen.",
  run_stopped_once:
    "Der Prozess dieses Laufs ist in der Stufe {stage} gestorben. Dass Läufe von selbst weitergehen, ist abgeschaltet: Er kann jederzeit fortgesetzt werden.",
  disk_part_in_use:
    "{path} ist in Gebrauch oder kein Teil des Arbeitsordners: Nichts wurde gelöscht. `tunesmith disk --all` zeigt, was entbehrlich ist.",
  run_disk_low:
    "In {folder} sind nur noch {free} frei, und die nächsten Dateien des Laufs brauchen {needed}: Er hat mit einem Checkpoint angehalten. `tunesmith disk` sagt, was gelöscht werden kann; danach lässt er sich fortsetzen.",
  run_disk_budget:
    "Dieser Lauf braucht etwa {needed} in {folder}, wo {free} frei sind. `tunesmith disk` sagt, was gelöscht werden kann; sonst ein kleineres Modell nehmen oder weniger Checkpoints behalten.",
  stall_suspended:
    "Der Prozess des Trainings läuft nicht: Er wurde angehalten, oder der Rechner hat keine Zeit für ihn.",
  stall_waiting:
    "Das Training wartet auf etwas, das nicht kommt: eine Platte, eine Sperre oder Ollama.",
  stall_computing:
    "Das Training rechnet, aber seit langem kommt nichts dabei heraus. Vielleicht lagert der Rechner Speicher aus, oder ein Bibliotheksaufruf endet nicht.",
  run_locked: "Lauf {id} wird bereits von einem anderen Prozess ausgeführt.",
  spec_file_invalid: "{file} lässt sich nicht als YAML oder JSON lesen: {detail}.",
  spec_key_unknown: "{file} hat den unbekannten Schlüssel „{key}“. War „{nearest}“ gemeint?",
  chat_no_model: "Lauf {id} hat noch kein GGUF. Sein Stand: {status}.",
  passport_unfinished:
    "Lauf {id} ist nicht fertig ({status}); nur ein fertiger Lauf lässt sich wiederholen und vergleichen.",
  passport_differs:
    "Lauf {id} besteht nicht mehr aus dem, was sein Pass sagt: {name} weicht ab oder fehlt. `tunesmith verify` sagt mehr.",
  reproduction_alone:
    "Dieser Lauf wiederholt nur einen anderen und kommt deshalb nicht in Ollama. Von Hand einsetzen, wenn er dort gebraucht wird.",
  archive_invalid:
    "{file} ist kein vollständiger Lauf aus `tunesmith export-run`: {detail}. Nichts wurde behalten.",
  archive_exists: "Lauf {id} ist schon in „{project}“. Nichts wurde geändert.",
  archive_hash:
    "{file} im Archiv ist beschädigt: Die Prüfsumme ist {found} statt {expected}. Nichts wurde behalten; noch einmal ausgeben.",
  file_exists: "{file} gibt es schon. Eine andere Datei nennen; nichts wurde überschrieben.",
  chat_no_base: "Das Grundmodell von Lauf {id} muss für das Gespräch erst bereitgemacht werden.",

  modelfile_value_lost:
    "Das Modelfile kann {key} nicht unverändert aufnehmen ({reason}): {value}. Wird das Modell von hier aus in Ollama eingesetzt, kommt der Wert trotzdem an.",
  deploy_no_gguf:
    "Lauf {run} hat kein fertiges GGUF, das in Ollama eingesetzt werden könnte. Erst den Lauf beenden lassen.",
  ollama_address_invalid:
    "„{value}“ ({source}) ist keine Adresse eines Ollama. Zu schreiben ist sie als Rechner:Port, etwa 127.0.0.1:11434.",
  ollama_not_running:
    "Unter {address} antwortet kein Ollama. Ollama starten (`ollama serve` oder die Ollama-App) und den Lauf noch einmal einsetzen; trainiert werden muss nichts neu.",
  ollama_not_ollama: "Unter {address} antwortet etwas, das kein Ollama ist: {detail}.",
  ollama_timeout:
    "Ollama unter {address} hat {seconds} s lang nicht geantwortet. Nachsehen, ob es beschäftigt ist, oder es neu starten.",
  ollama_connection_lost:
    "Die Verbindung zu Ollama unter {address} ist abgerissen: {detail}. Ollama wieder starten und noch einmal einsetzen.",
  ollama_refused: "Ollama hat {path} mit Status {status} abgelehnt: {detail}.",
  ollama_too_old:
    "Ollama {version} unter {address} benutzt die eigene Chat-Vorlage eines Modells nicht; ab {minimum} tut es das. Ollama aktualisieren und dann noch einmal einsetzen.",
  ollama_disk_full:
    "Der Datenträger, auf den Ollama schreibt, ist voll: {detail}. Dort Platz schaffen und noch einmal einsetzen.",
  ollama_upload_broken:
    "Die Übertragung von {file} an Ollama ist bei {done} von {total} Bytes abgebrochen: {detail}. Noch einmal einsetzen.",
  ollama_upload_changed:
    "{file} hat sich während der Übertragung an Ollama geändert. Noch einmal einsetzen.",
  ollama_create_failed: "Ollama konnte {name} nicht anlegen: {detail}.",
  ollama_create_unfinished:
    "Ollama hat aufgehört, ohne zu melden, dass {name} angelegt ist. In sein Protokoll sehen und dann noch einmal einsetzen.",
  ollama_create_timeout:
    "Ollama ist seit {seconds} s nicht damit fertig, {name} anzulegen. In sein Protokoll sehen, es neu starten und noch einmal einsetzen.",
  ollama_model_missing: "Ollama unter {address} hat kein Modell namens {name}.",
  ollama_model_foreign:
    "{name} wurde nicht von hier aus in Ollama eingesetzt und bleibt deshalb unberührt.",
  ollama_name_empty:
    "Im Namen „{name}“ ist der Teil „{part}“ leer. Möglich wäre zum Beispiel „{proposal}“.",
  ollama_name_character:
    "Im Namen „{name}“ darf der Teil „{part}“ kein „{character}“ enthalten. Möglich wäre zum Beispiel „{proposal}“.",
  ollama_name_long:
    "Im Namen „{name}“ hat der Teil „{part}“ {length} Zeichen; Ollama erlaubt {limit}. Möglich wäre zum Beispiel „{proposal}“.",
  ollama_name_capital:
    "Der Name „{name}“ enthält Großbuchstaben, die Ollama nicht unterscheidet. Möglich wäre zum Beispiel „{proposal}“.",
  ollama_name_reserved:
    "Wegen des Tags „{tag}“ in „{name}“ würde Ollama auf einem anderen Rechner suchen. Möglich wäre zum Beispiel „{proposal}“.",
  ollama_name_taken:
    "Ollama hat schon ein anderes Modell namens {name}. Als {proposal} einsetzen oder erlauben, dass es ersetzt wird.",
  ollama_settings_differ:
    "Ollama {version} hat für {key} von {name} einen anderen Wert behalten: gesendet {sent}, zurückgelesen {got}. Das Modell wurde wieder entfernt.",
  ollama_refused_prompt:
    "Ollama {version} konnte Gespräch {conversation} mit {name} nicht darstellen: {detail}. Das Modell wurde wieder entfernt.",
  ollama_prompt_differs:
    "Ollama {version} liest Gespräch {conversation} ab Token {index} anders als das Training: Das Training hat {expected}, Ollama {got}, nach „{before}“. {name} wurde wieder entfernt.",
  ollama_answer_differs:
    "Ollama {version} beantwortet {conversation} ab Token {index} anders als das geprüfte GGUF: Aus {expected} wurde {got}, nach „{before}“. {name} wurde wieder entfernt.",
  ollama_cause_old_version:
    "Ollama {version} benutzt die eigene Chat-Vorlage eines Modells nicht, {name} läse also andere Prompts als im Training. Auf {minimum} oder neuer aktualisieren.",
  ollama_cause_thinking_switch:
    "Ollama {version} schaltet in den Prompts von {name} das Nachdenken ein, was das Training nicht tat. Das Modell wurde wieder entfernt. Unter einem anderen Namen oder mit einer anderen Fassung von Ollama versuchen.",
  ollama_cause_template_override:
    "Ollama {version} benutzt für {name} eine eigene Vorlage statt der aus dem Training. Das Modell wurde wieder entfernt. Unter einem anderen Namen oder mit einer anderen Fassung von Ollama versuchen.",
  ollama_cause_double_begin_token:
    "Ollama {version} setzt vor die Prompts von {name} ein zweites Anfangs-Token. Das Modell wurde wieder entfernt. Mit einer anderen Fassung von Ollama versuchen.",
  ollama_stops_repeats:
    "Manche Antworten wiederholen sich, statt zu enden. repeat_penalty erhöhen oder mit weniger Durchgängen trainieren.",
  ollama_stops_too_long:
    "Manche Antworten werden an der Grenze abgeschnitten, obwohl sie so lang sind wie die in den Beispielen. num_predict erhöhen.",
  ollama_stops_end_token:
    "Manche Antworten erreichen nie das End-Token. Prüfen, ob die Antwort jeder Zeile vollständig ist, und länger trainieren.",

  spec_missing: "In {folder} liegt keine run.json. Den Lauf neu anlegen.",
  spec_unreadable: "{file} ist kein gültiges JSON: {detail}. Den Lauf neu anlegen.",
  spec_newer:
    "run.json hat die Schemaversion {found}, dieses Trainingswerk kennt {known}. Tunesmith aktualisieren.",
  spec_missing_key: "In run.json fehlt {key}. Den Lauf mit diesem Tunesmith neu anlegen.",
  spec_unknown_key:
    "run.json hat den Schlüssel {key}, den dieses Trainingswerk nicht kennt. Das Trainingswerk aktualisieren.",
  spec_wrong_type: "{key} in run.json muss {expected} sein, ist aber {found}.",
  no_stdin:
    "Das Trainingswerk nimmt Wünsche über stdin entgegen und startet nicht ohne diese Eingabe.",
  changes_unreadable:
    "{file} sagt, was an diesem Lauf geändert wurde, und lässt sich nicht lesen: {detail}. Die Datei berichtigen oder einen neuen Lauf starten.",
  internal_error:
    "Etwas ist fehlgeschlagen, das nicht hätte fehlschlagen dürfen: {detail}. Mehr steht in worker.log.",
  out_of_memory:
    "Der Speicher ist ausgegangen (Schritt „{stage}“). max_length oder die Batchgröße senken, Gradient Checkpointing oder das Laden in 4 Bit einschalten oder ein kleineres Modell wählen.",
  not_enough_memory:
    "Der Schritt „{stage}“ braucht etwa {needed} Speicher, frei sind aber nur {available}.",
  model_no_config: "{folder} hat keine config.json und ist deshalb kein Modellordner.",
  model_config_unreadable:
    "{file} ist keine lesbare Modellkonfiguration: {detail}. Das Modell noch einmal herunterladen.",
  model_already_quantized:
    "Dieses Modell ist schon quantisiert ({method}). Das Modell mit 16 Bit wählen.",
  model_tokenizer_unreadable: "{file} lässt sich nicht als Tokenizer lesen: {detail}.",
  model_weights_unreadable:
    "{file} ist keine lesbare safetensors-Datei: {detail}. Das Modell noch einmal herunterladen.",
  model_weights_incomplete:
    "Den Gewichten des Modells fehlen {count} Tensoren, als erster {first}. Das Modell noch einmal herunterladen.",
  memory_unknown:
    "Wie viel Speicher {model} braucht, ist nicht bekannt: Seine Konfiguration nennt keine Größen.",
  model_changed:
    "Am Modell hat sich seit der Planung dieses Laufs etwas geändert ({part}). Den alten Stand wiederherstellen oder einen neuen Lauf starten.",
  template_failed: "Die Chat-Vorlage des Modells kann dieses Gespräch nicht darstellen: {detail}.",
  template_ambiguous: "Das Modell bringt mehrere Chat-Vorlagen mit, und keine davon heißt default.",
  rows_unreadable: "Zeile {line} von {file} ist keine normalisierte Zeile: {detail}.",
  rows_changed:
    "{file} ist nicht mehr die Datei, mit der dieser Lauf festgelegt wurde. Einen neuen Lauf starten.",
  no_rows: "Es gibt keine Zeilen, mit denen trainiert werden könnte.",
  row_tools_dropped: "Die Chat-Vorlage des Modells lässt das Werkzeug {name} von Zeile {id} weg.",
  row_template_failed: "Die Chat-Vorlage des Modells kann Zeile {id} nicht darstellen: {detail}.",
  precision_unsupported: "{precision} ist auf diesem Gerät nicht möglich: {detail}.",
  device_unavailable:
    "Der Lauf wurde für {device} geplant, und das hat dieser Computer nicht zu bieten.",
  optimizer_unavailable: "Der Optimierer {optim} ist hier nicht verfügbar: {detail}.",
  lora_no_targets: "Das Modell hat keines der Zielmodule {targets}.",
  lora_module_unknown: "Das Modell hat kein Modul namens {module}.",
  four_bit_unavailable: "In 4 Bit zu laden ist hier nicht möglich: {detail}.",
  loss_not_finite:
    "Der Fehler wurde bei Schritt {step} zu {loss} (Lernrate {learning_rate}, Zeilen {rows}). Mit einer niedrigeren Lernrate weitermachen oder diese Zeilen prüfen.",
  gradient_not_finite:
    "Der Gradient wurde bei Schritt {step} zu {norm} (Lernrate {learning_rate}, Zeilen {rows}). Mit einer niedrigeren Lernrate weitermachen oder diese Zeilen prüfen.",
  checkpoint_other_run:
    "Der Zwischenstand {folder} gehört zu einem anderen Modell, anderen Daten oder anderen Einstellungen ({detail}). Für einen neuen Anfang beiseitelegen.",
  checkpoint_failed: "Der Zwischenstand {folder} ließ sich nicht schreiben: {detail}.",
  export_engine_missing:
    "llama.cpp ist nicht installiert: {folder} fehlt. Einmal `npm start` oder `tunesmith doctor --repair` ausführen.",
  export_engine_mismatch:
    "Das installierte llama.cpp ist nicht das, was diese Fassung braucht: {field} ist {found}. `tunesmith doctor --repair` ausführen.",
  export_merge_not_equal:
    "Das verschmolzene Modell antwortet nicht wie Grundmodell und Zusatz: Die Ausgaben weichen um {difference} ab, erlaubt sind {allowed}. Der Zusatz bleibt erhalten.",
  export_architecture_unsupported:
    "llama.cpp kann die Architektur {architecture} nicht umwandeln. Das Modell bleibt in {folder} erhalten.",
  export_convert_failed:
    "Die Umwandlung in GGUF ist fehlgeschlagen: {detail}. Das Modell bleibt in {folder} erhalten.",
  export_template_changed:
    "Die Chat-Vorlage im GGUF stellt das Gespräch {id} anders dar als das Training.",
  export_tokenizer_unknown:
    "llama.cpp hat nichts, was dem Tokenizer dieses Modells gleicht: {detail}. Das Modell bleibt in {folder} erhalten.",
  export_tokenizer_not_proven:
    "Das GGUF liest Text anders als das Training: {text} ist im Training {expected}, im GGUF aber {found}. Die Dateien bleiben erhalten.",
  export_not_proven:
    "Das GGUF antwortet nicht wie das verschmolzene Modell: Bei Zeile {id} sagt nach „{before}“ das Modell {expected}, das GGUF {found} (Wahrscheinlichkeiten {expected_probability} und {found_probability}). Die Dateien bleiben erhalten.",
  export_quantize_failed: "Die Quantisierung zu {format} ist fehlgeschlagen: {detail}.",
  gguf_unreadable: "{file} lässt sich nicht als GGUF-Modell öffnen: {detail}.",
  gguf_context_failed:
    "Für einen Kontext von {tokens} Tokens reicht der Platz nicht: {detail}. num_ctx senken.",
  gguf_decode_failed: "llama.cpp konnte keine Antwort berechnen (Status {status}): {detail}.",
  chat_request_invalid: "Die Chat-Anfrage ist nicht zu verstehen: {detail}.",
  chat_no_template: "{file} hat keine eingebettete Chat-Vorlage.",
  chat_too_long:
    "Das Gespräch hat {tokens} Tokens, und num_ctx ist {num_ctx}. Ein neues Gespräch beginnen oder num_ctx erhöhen.",

  model_not_downloaded:
    "Das Modell {id} ist noch nicht auf diesem Computer. Im Projekt unter Modell herunterladen, oder mit `tunesmith models download {id}`.",
  hub_id_invalid:
    "„{id}“ ist kein Name eines Modells auf dem Hub. Namen haben die Form Besitzer/Modell, etwa HuggingFaceTB/SmolLM2-135M-Instruct.",
  hub_endpoint_invalid:
    "HF_ENDPOINT ist „{value}“, und das ist keine Adresse eines Hubs. Auf eine http(s)-Adresse setzen oder weglassen.",
  hub_offline:
    "HF_HUB_OFFLINE verbietet Anfragen an den Hub. Weglassen und Tunesmith neu starten, um zu suchen und herunterzuladen.",
  hub_unreachable:
    "Der Hub {host} ist nicht zu erreichen: {detail}. Nachsehen, ob dieser Computer mit dem Internet verbunden ist, dann fortsetzen; verloren ist nichts.",
  hub_connection_lost:
    "Die Verbindung ist bei {done} von {total} abgerissen, und {attempts} Versuche fortzufahren sind misslungen: {detail}. Was angekommen ist, bleibt: fortsetzen, wenn die Verbindung wieder da ist.",
  hub_token_wrong:
    "{host} nimmt das Zugangstoken ({source}) nicht an. Unter {url} ein neues holen oder es entfernen.",
  hub_gated:
    "{id} verlangt zuerst Zustimmung zu seinen Bedingungen. Diese unter {url} annehmen, dann hier ein Zugangstoken desselben Kontos setzen.",
  hub_gated_refused:
    "Das Konto des Zugangstokens ({source}) hat noch keinen Zugang zu {id}. Die Bedingungen unter {url} annehmen, oder warten, bis der Besitzer zugestimmt hat, dann noch einmal versuchen.",
  hub_not_found:
    "{host} hat kein {id}, oder es ist privat und das Zugangstoken öffnet es nicht. Auf Tippfehler prüfen.",
  hub_rate_limited:
    "{host} nimmt vorerst keine Anfragen mehr an. In {seconds} s noch einmal versuchen.",
  hub_refused:
    "{host} hat {what} mit Status {status} abgelehnt: {detail}. Später noch einmal versuchen.",
  hub_reply_invalid:
    "{host} hat auf {what} etwas geantwortet, das keine Antwort eines Hubs ist: {detail}. Vielleicht ist ein Proxy oder eine Anmeldeseite dazwischen.",
  hub_no_weights:
    "{id} hat keine Gewichte als *.safetensors und ist darum nicht zu gebrauchen. Eine Fassung wählen, die sie hat.",
  hub_no_tokenizer:
    "{id} hat keine tokenizer.json und ist darum nicht zu gebrauchen. Eine Fassung wählen, die sie hat.",
  hub_file_wrong:
    "{file} ist beschädigt angekommen: {algorithm} ist {found}, der Hub nennt {expected}. Die Datei wurde gelöscht; fortsetzen holt sie noch einmal.",
  hub_no_disk:
    "{id} braucht {needed} Platz in {folder}, wo noch {free} frei sind. Dort Platz schaffen oder mit HF_HOME einen Ordner auf einem anderen Datenträger nennen, dann neu beginnen.",
  hub_cache_folder:
    "Der Download lässt sich nicht in {folder} schreiben: {detail}. Den Ordner zum eigenen machen oder mit HF_HOME einen anderen nennen.",
  hub_download_busy:
    "Ein anderes Programm lädt {id} schon herunter. Darauf warten oder es dort anhalten.",
  hub_dataset_empty:
    "Der Hub hat keine Parquet-Dateien von {id}. Nicht jeder Datensatz hat sie; einen anderen wählen, oder seine Dateien herunterladen und hinzufügen.",
  hub_split_unknown:
    "Der Datensatz {id} hat im Teil „{config}“ keinen Abschnitt „{split}“. Es gibt: {known}.",
} as const satisfies Record<keyof typeof errorSentencesEn, string>;
