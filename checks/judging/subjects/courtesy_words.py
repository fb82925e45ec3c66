"""Words that ask for no answer: a session in which the customer says nothing else waits for nobody."""

from typing import Final

COURTESY: Final = (
    "谢谢", "谢谢您", "谢谢你", "谢谢了", "谢谢啦", "多谢", "多谢了", "感谢", "感谢您", "非常感谢", "十分感谢",
    "谢了", "辛苦了", "辛苦", "辛苦您了",
    "麻烦了", "麻烦您了", "好的", "好", "好的呢", "好滴", "好嘞", "好哒", "好啊", "行", "行的", "可以", "嗯",
    "嗯嗯", "嗯好", "哦", "哦哦", "噢", "明白",
    "明白了", "了解", "了解了", "知道了", "收到", "收到了", "没问题", "没事了", "不用了", "再见", "拜拜", "回见",
    "回头见", "晚安", "ok", "okay", "okok", "thanks",
    "thankyou", "thx", "bye", "byebye", "3q",
)  # fmt: skip
