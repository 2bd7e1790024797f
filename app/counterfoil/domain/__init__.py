"""Pure values and rules: no input or output, no asyncio, no Qt, no pydantic."""
