"""What Qt says by itself, from the same catalogue as everything else."""

from PySide6.QtCore import QTranslator

from counterfoil.overriding import override
from counterfoil.presentation.words.languages import of_qt


class QtWords(QTranslator):
    """Gives Qt its own texts in the language that the till speaks."""

    @override
    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return of_qt(sourceText)

    @override
    def isEmpty(self) -> bool:
        return False
