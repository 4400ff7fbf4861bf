"""Calls the relay with the official Python SDKs and prints what became of each check as JSON.

Environment: RELAY (address without /v1), KEY, QUICK (headers as JSON), MODELS (names as JSON).
"""

import asyncio
import io
import json
import os
import traceback

import anthropic
import openai

RELAY = os.environ["RELAY"]
KEY = os.environ["KEY"]
QUICK = json.loads(os.environ["QUICK"])
RATE_LIMITED = {"x-aimock-context": json.dumps({"fault": "rate_limit"})}
QUESTION = "What is the capital of France?"
ASK = "What is the weather in Paris? Use get_weather."
RESULT = "21 degrees and dry"
WEATHER = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}
EXAMPLE = {"city": "sample city", "unit": "celsius"}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

OPENAI = openai.OpenAI(
    base_url=f"{RELAY}/v1", api_key=KEY, max_retries=0, default_headers=QUICK
)
ANTHROPIC = anthropic.Anthropic(
    base_url=RELAY, api_key=KEY, max_retries=0, default_headers=QUICK
)


def user(content):
    return [{"role": "user", "content": content}]


def raises(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was not raised")


class OpenAIChecks:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}]

    def chat(self, model):
        answer = OPENAI.chat.completions.create(model=model, messages=user(QUESTION))
        assert QUESTION in answer.choices[0].message.content
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (374, 44)

    def stream(self, model):
        chunks = list(
            OPENAI.chat.completions.create(
                model=model,
                messages=user(QUESTION),
                stream=True,
                stream_options={"include_usage": True},
            )
        )
        text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        assert QUESTION in text
        assert chunks[-1].usage.completion_tokens == 44

    def tool(self, model):
        with OPENAI.chat.completions.stream(
            model=model, messages=user(ASK), tools=self.tools
        ) as stream:
            message = stream.get_final_completion().choices[0].message
        call = message.tool_calls[0]
        assert json.loads(call.function.arguments) == EXAMPLE
        told = {
            "role": "assistant",
            "content": message.content,
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {
                        "name": call.function.name,
                        "arguments": call.function.arguments,
                    },
                }
            ],
        }
        result = {"role": "tool", "tool_call_id": call.id, "content": RESULT}
        answer = OPENAI.chat.completions.create(
            model=model, messages=[*user(ASK), told, result], tools=self.tools
        )
        assert RESULT in answer.choices[0].message.content

    def schema(self, model):
        answer = OPENAI.chat.completions.create(
            model=model,
            messages=user(QUESTION),
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "weather", "schema": WEATHER, "strict": True},
            },
        )
        assert json.loads(answer.choices[0].message.content) == EXAMPLE

    def image(self, model):
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
        text = {"type": "text", "text": QUESTION}
        answer = OPENAI.chat.completions.create(model=model, messages=user([text, picture]))
        assert answer.choices[0].message.content.startswith("I see 1 image. ")

    def errors(self, model):
        chat = OPENAI.chat.completions.create
        asked = {"model": model, "messages": user(QUESTION)}
        raises(openai.RateLimitError, lambda: chat(**asked, extra_headers=RATE_LIMITED))
        raises(openai.BadRequestError, lambda: chat(**asked, temperature=9))
        raises(openai.NotFoundError, lambda: chat(**{**asked, "model": "no-such-model"}))
        stranger = OPENAI.with_options(api_key="hss_" + "x" * 40)
        raises(openai.AuthenticationError, lambda: stranger.chat.completions.create(**asked))

    def asynchronous(self, model):
        async def read():
            async with openai.AsyncOpenAI(
                base_url=f"{RELAY}/v1", api_key=KEY, max_retries=0, default_headers=QUICK
            ) as client:
                stream = await client.chat.completions.create(
                    model=model, messages=user(QUESTION), stream=True
                )
                return "".join([c.choices[0].delta.content or "" async for c in stream])

        assert QUESTION in asyncio.run(read())

    def responses(self, model):
        answer = OPENAI.responses.create(model=model, input=QUESTION)
        assert QUESTION in answer.output_text
        assert answer.usage.output_tokens == 44


class AnthropicChecks:
    tools = [{"name": "get_weather", "input_schema": WEATHER}]

    def ask(self, model, **more):
        asked = {"model": model, "max_tokens": 1000, "messages": user(QUESTION), **more}
        return ANTHROPIC.messages.create(**asked)

    def chat(self, model):
        message = self.ask(model)
        assert QUESTION in message.content[0].text
        assert (message.usage.input_tokens, message.usage.output_tokens) == (374, 44)

    def stream(self, model):
        with ANTHROPIC.messages.stream(
            model=model, max_tokens=1000, messages=user(QUESTION)
        ) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
        assert QUESTION in text
        assert final.usage.output_tokens == 44

    def tool(self, model):
        with ANTHROPIC.messages.stream(
            model=model, max_tokens=1000, messages=user(ASK), tools=self.tools
        ) as stream:
            message = stream.get_final_message()
        call = next(block for block in message.content if block.type == "tool_use")
        assert call.input == EXAMPLE
        result = {"type": "tool_result", "tool_use_id": call.id, "content": RESULT}
        told = {"role": "assistant", "content": message.content}
        answer = self.ask(
            model, messages=[*user(ASK), told, *user([result])], tools=self.tools
        )
        assert RESULT in answer.content[0].text

    def schema(self, model):
        output = {"format": {"type": "json_schema", "schema": WEATHER}}
        assert json.loads(self.ask(model, output_config=output).content[0].text) == EXAMPLE

    def image(self, model):
        source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
        content = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]
        message = self.ask(model, messages=user(content))
        assert message.content[0].text.startswith("I see 1 image. ")

    def errors(self, model):
        raises(anthropic.RateLimitError, lambda: self.ask(model, extra_headers=RATE_LIMITED))
        hot = {"temperature": 9}
        raises(anthropic.BadRequestError, lambda: self.ask(model, extra_body=hot))
        raises(anthropic.NotFoundError, lambda: self.ask("no-such-model"))
        stranger = ANTHROPIC.with_options(api_key="hss_" + "x" * 40)
        asked = {"model": model, "max_tokens": 10, "messages": user(QUESTION)}
        raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**asked))


def check_others(_):
    texts = OPENAI.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    assert [len(each.embedding) for each in texts.data] == [1536, 1536]
    heard = OPENAI.audio.transcriptions.create(
        model="whisper-1", file=("a.wav", io.BytesIO(b"RIFF"), "audio/wav")
    )
    assert "simulated transcription" in heard.text
    assert "gpt-4o" in [model.id for model in OPENAI.models.list()]
    counted = ANTHROPIC.messages.count_tokens(
        model="claude-sonnet-4-20250514", messages=user(QUESTION)
    )
    assert counted.input_tokens == 374
    assert "gpt-4o" in [model.id for model in ANTHROPIC.models.list()]


def outcome(check, model):
    try:
        check(model)
        return "ok"
    except Exception:
        return traceback.format_exc()


def main():
    results = {"others": outcome(check_others, None)}
    for sdk, checks in {"openai": OpenAIChecks(), "anthropic": AnthropicChecks()}.items():
        names = [name for name in vars(type(checks)) if name not in ("tools", "ask")]
        for name in names:
            if name.startswith("_"):
                continue
            for model in json.loads(os.environ["MODELS"]):
                results[f"{sdk} {name} {model}"] = outcome(getattr(checks, name), model)
    print(json.dumps(results))


main()
