# Every text ends its sentence.
for text in *.txt; do
  grep -q '\.$' "$text" || { echo "$text: no full stop at the end"; exit 1; }
done
