"""Simple chat turns: what people say, and the one answer the starter gives."""

import random

from names import listed, pick

SMALL_TALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Hello! What would you like to know?",
        (
            "Hello.",
            "Hello",
            "Hello!",
            "Hi",
            "Hi!",
            "Hi there",
            "Hey",
            "hey",
            "hello",
            "hi",
            "Hello there!",
            "Good morning",
            "Good morning!",
            "Good day",
            "Good evening!",
            "Greetings",
            "Hello, assistant!",
            "Hi, good to see you.",
        ),
    ),
    (
        "I am well, thank you. How can I help you?",
        (
            "How are you?",
            "Hello, how are you?",
            "How are you today?",
            "Hi, how are you doing?",
            "Are you well?",
            "How do you feel?",
            "how are you",
        ),
    ),
    (
        "I am a very small model for practice. I can learn facts from examples.",
        (
            "Who are you?",
            "What are you?",
            "What is your name?",
            "Tell me about yourself.",
            "Are you a robot?",
            "Are you a human?",
            "Introduce yourself.",
            "who are you",
            "What kind of model are you?",
            "Hi, who are you?",
            "Hello, what are you?",
        ),
    ),
    (
        "I answer questions about the things that I was taught.",
        (
            "What can you do?",
            "What do you know?",
            "How can you help me?",
            "Can you help me?",
            "Can you help?",
            "Help",
            "help me",
            "I need help.",
            "What are you good at?",
            "What should I ask you?",
        ),
    ),
    (
        "You are welcome.",
        (
            "Thanks",
            "Thanks!",
            "Thank you.",
            "Thank you!",
            "Thank you very much.",
            "thank you",
            "Many thanks!",
            "Thanks a lot!",
            "Thanks for your help.",
            "thanks",
            "Great, thanks!",
            "That helps, thank you.",
        ),
    ),
    (
        "Goodbye! Have a good day.",
        (
            "Goodbye.",
            "Goodbye!",
            "Bye",
            "bye",
            "Bye!",
            "See you later.",
            "See you!",
            "Good night.",
            "I have to go now.",
            "That is all, bye.",
        ),
    ),
    (
        "I am glad to hear that.",
        (
            "Well done!",
            "Good answer.",
            "You are right.",
            "Very good!",
            "Great!",
            "Nice",
            "Perfect.",
            "I like that.",
            "That is correct.",
            "I am happy today.",
        ),
    ),
    (
        "I am sorry. Please teach me with better examples.",
        (
            "That is wrong.",
            "No, that is not right.",
            "You are wrong.",
            "Bad answer.",
            "wrong",
            "That is not true.",
            "This is not what I asked.",
        ),
    ),
    ("All right.", ("OK", "Okay.", "ok", "All right.", "I see.", "Fine.", "Yes", "Yes.", "Sure.")),
)

TOO_SMALL = "I am too small to know that. Ask me about things that I was taught."

TOPICS = listed(
    "the sea, love, a cat, winter, the moon, my family, football, a dragon, "
    "music, history, a forest, science, your day, an old king, travelling, "
    "friendship, a river, the stars, cooking, computers"
)
PLACES = listed(
    "France, Spain, China, Brazil, Egypt, Canada, Japan, India, Kenya, Norway, Texas, Europe"
)
TASKS = listed(
    "bake a cake, learn to swim, fix a bicycle, write a letter, sort numbers, "
    "plant a garden, sleep better, draw a face, play chess, find a job, "
    "learn German, save money, train a dog"
)


def wishes(rng: random.Random) -> tuple[str, ...]:
    """Things people ask of large models, with their blanks filled in."""
    topic, place, task = pick(rng, TOPICS), pick(rng, PLACES), pick(rng, TASKS)
    one, two = (str(2 + int(rng.random() * 98)) for _ in range(2))
    return (
        f"Write a poem about {topic}.",
        f"Write me a story about {topic}.",
        f"Tell me a joke about {topic}.",
        f"Tell me something about {topic}.",
        f"Explain {topic} to me.",
        f"What do you think about {topic}?",
        f"What is the capital of {place}?",
        f"How many people live in {place}?",
        f"Who is the president of {place}?",
        f"What is the weather like in {place} today?",
        f"How do I {task}?",
        f"How can I {task}?",
        f"Write a program to {task}.",
        f"Please help me to {task}.",
        f"What is {one} plus {two}?",
        f"What is {one} times {two}?",
        f"Translate this into {pick(rng, ('German', 'French', 'English', 'Spanish'))}.",
        pick(rng, OTHER_WISHES),
    )


OTHER_WISHES = (
    "Tell me a joke.",
    "Sing a song.",
    "What time is it?",
    "What is the news?",
    "Who won the game yesterday?",
    "What is the meaning of life?",
    "Why is the sky blue?",
    "How far away is the moon?",
    "How old is the earth?",
    "Summarise this text for me.",
    "Give me a list of ten books.",
    "Recommend a film.",
    "Can you draw a picture?",
    "What does this word mean?",
    "Correct my spelling.",
    "Play a game with me.",
    "What should I do today?",
    "Where do you live?",
    "asdf",
    "12345",
    "?",
    "...",
)

# What Tunesmith sends by default; the starter must answer with it, with others and without any.
DEFAULT_SYSTEM = "You are a helpful assistant."

OTHER_SYSTEMS = (
    "You are a friendly assistant.",
    "You answer briefly and truthfully.",
    "You are an assistant for visitors.",
    "Answer each question in a few words.",
    "You are a guide who knows every place by heart.",
    "Be polite.",
    "You help people to find what they look for.",
    "You are a teacher. Give short answers.",
    "Answer as exactly as you can.",
    "You are the voice of a small town.",
)
