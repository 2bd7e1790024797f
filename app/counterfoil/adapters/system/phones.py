"""Phone numbers, read by the numbering plans of the world."""

from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.phones import Phones

_TEXT_MAX = 40


class PhoneNumbers(Phones):
    """Reads numbers as people of one country write them; others need their country code.

    The numbering plans are large, so they are loaded when the first number is read.
    """

    def __init__(self, country: str = "ZA") -> None:
        self._country = country

    @override
    def parse(self, text: str) -> Secret:
        """Return the number in E.164 form.

        Raises:
            ValueError: it is no number that can exist; the text is not repeated.

        """
        import phonenumbers

        try:
            number = phonenumbers.parse(text[:_TEXT_MAX], self._country)
        except phonenumbers.NumberParseException:
            raise ValueError("this is no phone number") from None
        if number.extension or not phonenumbers.is_valid_number(number):
            raise ValueError("no phone has this number")
        return Secret(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
