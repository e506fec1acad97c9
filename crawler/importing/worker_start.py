"""Make what reading texts needs when this module is imported: once by the fork server, for all workers.

Else each worker compiles them with its first text, which takes half a second.
"""

from pipelines.texts.days import find_days
from pipelines.texts.read import GivenText, read_text

#: Needs what reading needs: a text of two lines, with a date, a label and a signature.
_EXAMPLE = "الرياض 11 أغسطس 2015 م واس\nاقرأ أيضا: قال الوزير إن الحكومة ستعمل على تنفيذ الخطة خلال العام الجاري."

read_text(GivenText(text=_EXAMPLE, title="الحكومة تعمل على تنفيذ الخطة"))
read_text(GivenText(text=_EXAMPLE.replace("\n", " ") * 5))
find_days(_EXAMPLE)
