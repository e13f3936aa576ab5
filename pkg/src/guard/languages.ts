/** The signs of instructions to a model in languages other than English. */

import type { Report, Sign } from "./signs.js";

/** Two patterns in one sentence. `\b` knows no letters but ASCII ones, so that it is left out here. */
const near = (first: string, second: string, gap = 40) => `(?:${first})[^.!?。！？\\n]{0,${gap}}?(?:${second})`;

/** By language: to ignore, what came before, instructions. Either order of the last two. */
const OVERRIDES: readonly (readonly [ignore: string, before: string, rules: string])[] = [
  [
    "ignorier\\w*|vergiss|missachte\\w*|übergeh\\w*",
    "vorherig\\w*|bisher\\w*|früher\\w*|obig\\w*|oben|deine",
    "anweisung\\w*|regeln|vorgaben|befehle|system-?prompt|gesagt",
  ],
  [
    "ignore[rz]?|oublie[rz]?|ne tien\\w+ pas compte",
    "précédent\\w*|antérieur\\w*|ci-dessus|plus haut|tes|vos",
    "instructions?|consignes|règles|directives|prompt",
  ],
  [
    "ignora[rd]?|ignore|olvida[rd]?|olvide",
    "anteriores|previas|de arriba|tus",
    "instrucciones|reglas|indicaciones|órdenes",
  ],
  ["ignora(?:te|re)?|dimentica(?:te)?", "precedenti|sopra|tue", "istruzioni|regole|indicazioni"],
  ["ignor[ea]m?|esqueç[ae]m?", "anteriores|acima|suas|tuas", "instruções|regras|ordens"],
  ["negeer|vergeet", "eerdere|vorige|bovenstaande|je", "instructies|regels|opdrachten"],
  ["zignoruj|ignoruj|zapomnij", "poprzedni\\w*|wcześniejsz\\w*|swo\\w+", "instrukcj\\w*|polece\\w*|zasad\\w*"],
  [
    "игнорируй\\w*|проигнорируй\\w*|забудь\\w*",
    "предыдущ\\w*|прежн\\w*|выше|сво\\w+|ранее",
    "инструкци\\w*|указани\\w*|правил\\w*|команд\\w*",
  ],
  ["ігноруй\\w*|забудь\\w*", "попередн\\w*|вище|сво\\w+", "інструкці\\w*|вказівк\\w*|правил\\w*"],
  ["忽略|无视|忘记|忽視|無視", "之前|以上|上面|先前|前面|所有", "指令|指示|规则|提示|规定"],
  ["yok say|unut|görmezden gel|dikkate alma", "önceki|yukarıdaki", "talimat\\w*|kural\\w*"],
  ["تجاهل|انس", "السابقة|أعلاه|جميع", "التعليمات|الأوامر|القواعد"],
  ["ignorera|glöm", "tidigare|föregående|ovan\\w*", "instruktion\\w*|regler"],
  ["ignoruj|zapomeň", "předchozí|předešlé", "pokyny|instrukce|pravidla"],
];

/** Languages whose verb stands last. */
const VERB_LAST = [
  near("(?:これまで|以前|上記|前)の?.{0,3}(?:指示|命令|ルール|指令)", "無視|忘れ"),
  near("(?:이전|앞|위)의?.{0,6}(?:지시|명령|규칙)", "무시|잊"),
  near("(?:पिछले|पहले|ऊपर).{0,8}(?:निर्देश|आदेश|नियम)", "अनदेखा|भूल"),
  near("(?:önceki|yukarıdaki).{0,8}(?:talimat|kural)", "yok say|unut|görmezden|dikkate alma"),
];

export const FOREIGN: Partial<Record<Sign | Report, readonly string[]>> = {
  overrides: [
    ...OVERRIDES.map(
      ([ignore, before, rules]) =>
        `(?:${ignore})(?:[^.!?。！？\\n]{0,25}?(?:${before})[^.!?。！？\\n]{0,15}?(?:${rules})|[^.!?。！？\\n]{0,25}?(?:${rules})[^.!?。！？\\n]{0,25}?(?:${before}))`,
    ),
    ...VERB_LAST,
    near("vergiss|vergesst", "bisher|gesagt"),
  ],
  replaces: [
    "deine (?:neue|einzige) aufgabe",
    "ta nouvelle tâche",
    "tu nueva tarea",
    "la tua nuova|la tua unica",
    "sua nova tarefa",
    "твоя новая задача",
    "新的?任务",
    "新しい(?:指示|タスク)",
  ],
  "addresses-model": [
    "(?:hinweis|anweisung|nachricht|notiz)\\w* (?:an|für) (?:die |den |das |alle )?(?:ki|assistent\\w*|sprachmodell\\w*|chatbot\\w*)(?![a-zß-ü])|wenn du (?:eine? )?(?:ki|sprachmodell|assistent)(?![a-zß-ü])",
    "si (?:tu es|vous êtes) une? (?:ia(?![a-z])|modèle|assistant|intelligence)|(?:note|message|consigne)s? (?:à|pour) (?:l'|les |une? )?(?:assistant|ia(?![a-z])|modèle|intelligence)",
    "si eres una? (?:ia(?![a-z])|inteligencia|modelo|asistente)|(?:nota|mensaje|instrucci\\w+) (?:para|a) (?:la |el |una? )?(?:ia(?![a-z])|inteligencia|modelo|asistente)",
    "se sei un'? ?(?:ia(?![a-z])|intelligenza|modello|assistente)|(?:nota|messaggio|istruzioni) per (?:l'|il |la |i )?(?:ia(?![a-z])|intelligenza|modell\\w|assistente)",
    "se você (?:é|for) uma? (?:ia(?![a-z])|modelo|inteligência|assistente)|(?:nota|aviso|mensagem) (?:para|à|ao) (?:a |o )?(?:ia(?![a-z])|modelo|inteligência|assistente)",
    "^(?:asistente|assistente|ассистент|assistent|modelo|modello|modèle|modell|модель)[,:]|^achtung (?:ki|sprachmodell)|assistant, (?:révèle|dis|ignore)",
    "als je een (?:ai|taalmodel|assistent)|jeśli jesteś (?:modelem|asystentem|sztuczn)|om du är en (?:ai|språkmodell)|pokud jsi (?:jazykový|umělá|asistent)",
    "если ты .{0,12}(?:модель|ассистент|интеллект|бот)|якщо ти .{0,12}(?:модель|асистент|бот)|(?:заметка|сообщение|указание) для .{0,12}(?:модел|ассистент|ии)",
    "如果你是.{0,8}(?:人工智能|ai|语言模型|助手)|(?:ai|人工智能)(?:助手)?[:：注]|ai.{0,8}(?:へ|に)[:：]|あなたが(?:ai|言語モデル)|당신이 .{0,6}(?:ai|언어 모델)|إذا كنت .{0,12}(?:ذكاء|نموذج|مساعد)|eğer bir (?:yapay|dil modeli)|यदि आप .{0,8}(?:एआई|ai|भाषा मॉडल)",
  ],
  "triggers-later": [
    "wenn du .{0,20}(?:zusammenfass|gefragt)|quand tu (?:résumes|réponds)|(?:cuando|si) te pregunt|quando (?:perguntarem|ti chied)|когда (?:тебя|пользовател)|auf jede frage",
  ],
  "directs-answer": [
    "in deiner antwort",
    "(?:jede|chaque|ogni|cada) (?:antwort|réponse|risposta|respuesta|resposta)",
    "in je antwoord",
    "dans ta réponse|dans votre réponse|avant de répondre",
    "en tu respuesta",
    "nella tua risposta",
    "na sua resposta",
    "в ответе",
    "(?:non citare|no cites|ne cite[sz]? pas|zitiere nicht)",
  ],
  "dictates-words": [
    "behaupte,? |sag\\w*,? dass",
    near("antworte(?! ?n)|lobe|schreib(?:e)?", 'nur|dass|jedes|mit|„|"'),
    "(?:réponds|répondez|écris) (?:uniquement|seulement|que|toujours)|ne répondez qu|recommande (?:uniquement|ce)|\\b(?:dis|dites)(?: à l'utilisateur)? que",
    "(?:responde|di|contesta|recomienda) (?:que|solo|únicamente|siempre)",
    "rispondi (?:soltanto|solo|che|sempre)|concludi ogni",
    "responda (?:sempre|apenas|que)|diga (?:ao|que)",
    "(?:zeg|antwoord) (?:dat|alleen)|prijs het|odpowiedz (?:tylko|że)|svara (?:att|bara)|napiš, že|(?:ответь|скажи|отвечай)\\w*,? (?:что|только)|похвали|скажи користувач",
    "只(?:回答|说|回复)|とだけ(?:答|言)|라고만 ?답|(?:أجب|قل).{0,20}فقط|केवल .{0,12}लिखें|请告诉用户",
  ],
  "speaks-of-user": [
    "(?:dem|den) (?:nutzer|leser|benutzer|anwender)(?![a-zß-ü])",
    "(?:à |l')l?'?utilisateur",
    "(?:al|el) usuario",
    "l'utente|all'utente",
    "(?:ao|o) usuário",
    "de gebruiker",
    "użytkownik\\w*",
    "пользовател\\w*",
    "користувач\\w*",
    "用户|ユーザー|사용자|المستخدم|kullanıcıya|उपयोगकर्ता|användaren|uživatel\\w*",
  ],
  conceals: [
    near("sag|erwähne|verrate", "nichts|auf keinen fall|nicht", 30),
    "ne (?:dis|dites|mentionne[sz]?|révèle[sz]?) pas à|no le digas al|non dire all|não diga ao|vertel de gebruiker niet|не (?:упоминай|говори)\\w* пользовател|不要告诉用户|ユーザーに(?:は)?言わない|사용자에게 말하지",
  ],
  "asks-for-prompt": [
    near("gib|zeig\\w*|nenne|wiederhole", "system-?prompt|anweisungen (?:vollständig|aus)|wortlaut"),
    near("affiche[rz]?|montre[rz]?|révèle[rz]?|répète[rz]?", "prompt|instructions (?:du )?système|mot pour mot"),
    "rivela le tue|(?:rivela|révèle|revela|verrate|nenne|покажи|выведи).{0,15}(?:mot de passe|passwor[dt]|contraseña|парол)|свой системн",
    near("muestra|revela|repite", "instrucciones del sistema|prompt|palabra por palabra"),
    near("mostra|rivela|mostre|revele", "prompt|istruzioni di sistema|instruções do sistema"),
    near("göster|açıkla", "sistem istemi") + "|sistem istemini? ?(?:göster|yaz)",
    near("покажи|выведи|раскрой", "системн\\w+|промпт\\w*") +
      "|输出.{0,6}系统提示|系统提示词|システムプロンプト|시스템 프롬프트",
  ],
  "changes-role": [
    "du bist (?:ab jetzt|nun|jetzt|kein|nicht mehr)|ab (?:jetzt|sofort) (?:bist|antwortest|handelst)",
    "désormais (?:tu|vous)|tu es (?:maintenant|désormais)|à partir de maintenant,? (?:tu|vous)",
    "a partir de ahora (?:actúas|eres|responde)|ahora eres",
    "d'ora in poi (?:sei|rispond)|ora sei un",
    "a partir de agora,? (?:você|esqueça|responda)|agora você é",
    "теперь ты|отныне ты|відтепер ти|从现在开始.{0,4}你|你现在是|これからあなたは|지금부터 (?:당신|너)|vanaf nu ben|od teraz jesteś|från och med nu är du|od teď jsi|artık sen|أنت الآن",
  ],
  "lifts-limits": [
    "ohne (?:filter|einschränkung|regeln)",
    "sin (?:filtros|restricciones|reglas)",
    "sans (?:filtre|restriction|règles|limites)",
    "senza (?:filtri|regole|restrizioni)",
    "sem (?:filtros|restrições|regras)",
    "без (?:ограничени|фильтр|правил)",
    "不再?受.{0,6}(?:限制|规则)|没有限制",
  ],
  commands: [
    "^(?:bitte )?(?:sag|gib|zeig|antworte|schreib|ignoriere|vergiss|erwähne|lobe|behaupte|nenne|wiederhole)e?(?![a-zß-ü])",
    "^(?:ignore|oublie|réponds|affiche|dis|écris|montre|ne dis pas)(?![a-zà-ÿ])|^(?:ignora|olvida|responde|muestra|di|no le digas|revela)(?![a-zà-ÿ])|^(?:ignora|rispondi|mostra|dimentica|non citare)(?![a-zà-ÿ])|^(?:ignore|esqueça|mostre|responda|diga)(?![a-zà-ÿ])",
    "^(?:negeer|vertel|zeg|zignoruj|ignoruj|игнорируй|забудь|скажи|ответь|ігноруй|忽略|请|ignorera|svara)",
  ],
};
